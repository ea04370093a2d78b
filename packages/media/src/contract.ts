/** What every media server does: the suite that the mediasoup adapter and the fake both pass. */
import { afterEach, beforeEach, describe } from 'vitest';
import { describeAcceptance } from './contract/acceptance.ts';
import { describeData } from './contract/data.ts';
import { describeEnd } from './contract/end.ts';
import { describeMedia } from './contract/media.ts';
import { describeMix } from './contract/mix.ts';
import { describeAnswer, describeGrowth, describeOffer } from './contract/negotiation.ts';
import { describeSlots } from './contract/slots.ts';
import type { MediaStage } from './contract/stage.ts';
import { describeViewers } from './contract/viewers.ts';

export type { MediaPeer, MediaStage } from './contract/stage.ts';

/** Runs the suite; `createStage` is called for each test. */
export function describeMediaServer(name: string, createStage: () => Promise<MediaStage>): void {
  describe(name, () => {
    let stage: MediaStage;
    beforeEach(async () => {
      stage = await createStage();
    });
    afterEach(async () => {
      await stage.close();
    });
    const theStage = () => stage;
    describe('the offer', () => describeOffer(theStage));
    describe('the answer', () => describeAnswer(theStage));
    describe('more slots', () => describeGrowth(theStage));
    describe('slots', () => describeSlots(theStage));
    describe('media', () => describeMedia(theStage));
    describe('a mix', () => describeMix(theStage));
    describe('an offer of the other side', () => describeAcceptance(theStage));
    describe('a viewer from outside', () => describeViewers(theStage));
    describe('data', () => describeData(theStage));
    describe('the end', () => describeEnd(theStage));
  });
}
