import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { followClaims, mute, visiblePublications } from './publishing.ts';

const mod = 'm0d' as ParticipantId;
const on = { microphone: { muted: false } };
const off = { microphone: { muted: true } };
const anything = () => true;

test('[C20] a muted source is shown as muted, and by whom', () => {
  const mutes = mute(new Map(), on, 'microphone', mod);
  expect(visiblePublications(on, anything, mutes)).toEqual({
    microphone: { muted: true, mutedBy: mod },
  });
});

test('[C20] what the client said before the mute does not lift it; off and on again does', () => {
  const mutes = mute(new Map(), on, 'microphone', mod);
  const stale = followClaims(mutes, on);
  expect(visiblePublications(on, anything, stale)).toHaveProperty('microphone.mutedBy', mod);
  const acknowledged = followClaims(stale, off);
  expect(visiblePublications(off, anything, acknowledged)).toHaveProperty('microphone.mutedBy', mod);
  const lifted = followClaims(acknowledged, on);
  expect(visiblePublications(on, anything, lifted)).toEqual(on);
});

test('[C20] taking the source back and publishing it again lifts the mute as well', () => {
  const mutes = followClaims(mute(new Map(), on, 'microphone', mod), {});
  expect(visiblePublications(on, anything, followClaims(mutes, on))).toEqual(on);
});

test('[C20] who was muted already may start again', () => {
  const mutes = mute(new Map(), off, 'microphone', mod);
  expect(visiblePublications(on, anything, followClaims(mutes, on))).toEqual(on);
});

test('[C21] what one may not publish is not shown, whatever the client says', () => {
  const both = { ...on, camera: { muted: false } };
  expect(visiblePublications(both, (source) => source !== 'camera', new Map())).toEqual(on);
});
