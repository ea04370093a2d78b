import type { ParticipantId } from '@plenum/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  planSlots,
  type RankedSource,
  Ranking,
  rankSources,
  type SourceRef,
  type SourceSlot,
  slotsToAdd,
} from './slots.ts';

const camera = (name: string): SourceRef => ({ participantId: name as ParticipantId, source: 'camera' });
const slot = (mid: string, name?: string): SourceSlot => ({
  mid,
  content: name === undefined ? undefined : camera(name),
});
const plan = (slots: readonly SourceSlot[], ...names: string[]) =>
  [...planSlots(slots, new Ranking(names.map(camera))).values()].map((content) => content?.participantId);

test('[C13] empty slots take the best first', () => {
  expect(plan([slot('1'), slot('2'), slot('3')], 'ann', 'bob')).toEqual(['ann', 'bob', undefined]);
});

test('[C13] what is shown stays where it is, whatever its rank', () => {
  expect(plan([slot('1', 'bob'), slot('2', 'ann'), slot('3')], 'ann', 'bob', 'cyd')).toEqual([
    'bob',
    'ann',
    'cyd',
  ]);
});

test('[C13] who is gone makes room first, then the lowest in rank', () => {
  expect(plan([slot('1', 'ann'), slot('2', 'gone')], 'cyd', 'ann', 'bob')).toEqual(['ann', 'cyd']);
  expect(plan([slot('1', 'cyd'), slot('2', 'bob')], 'ann', 'bob', 'cyd')).toEqual(['ann', 'bob']);
});

test('[C13] who is beyond the slots keeps one that nobody better needs', () => {
  expect(plan([slot('1', 'cyd'), slot('2')], 'ann', 'cyd')).toEqual(['cyd', 'ann']);
  expect(plan([slot('1', 'gone'), slot('2')])).toEqual([undefined, undefined]);
});

test('[C13] for any slots and candidates: the best are shown, nobody twice, and nobody who stays moves', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h');
  const names = fc.uniqueArray(name);
  fc.assert(
    fc.property(names, fc.nat(4), names, (shown, empty, wanted) => {
      const slots = [
        ...shown.map((one, index) => slot(`${index}`, one)),
        ...Array.from({ length: empty }, (_, index) => slot(`e${index}`)),
      ];
      const planned = planSlots(slots, new Ranking(wanted.map(camera)));
      const after = [...planned.values()].flatMap((content) => content?.participantId ?? []);
      expect(new Set(after).size).toBe(after.length);
      expect([...planned.keys()]).toEqual(slots.map(({ mid }) => mid));
      for (const best of wanted.slice(0, slots.length)) expect(after).toContain(best);
      for (const one of after) expect(wanted).toContain(one);
      for (const { mid, content } of slots) {
        if (content !== undefined && after.includes(content.participantId)) {
          expect(planned.get(mid)?.participantId).toBe(content.participantId);
        }
      }
    }),
  );
});

test('[C13] who may not be had is passed over, and makes room where it is shown', () => {
  const others = ({ participantId }: SourceRef) => participantId !== 'ann';
  const planned = planSlots(
    [slot('1', 'ann'), slot('2')],
    new Ranking(['ann', 'bob', 'cyd'].map(camera)),
    others,
  );
  expect([...planned.values()].map((content) => content?.participantId).sort()).toEqual(['bob', 'cyd']);
});

test('[C13] sources rank by not being muted, then by who spoke last, then by who came first', () => {
  const ranked = (
    name: string,
    muted: boolean,
    lastSpoke: number | undefined,
    order: number,
  ): RankedSource => ({
    ...camera(name),
    muted,
    lastSpoke,
    order,
  });
  const sources = [
    ranked('muted', true, 9, 0),
    ranked('silent-late', false, undefined, 4),
    ranked('spoke', false, 5, 3),
    ranked('silent-early', false, undefined, 1),
    ranked('speaks', false, 8, 2),
  ];
  expect(rankSources(sources).sources.map(({ participantId }) => participantId)).toEqual([
    'speaks',
    'spoke',
    'silent-early',
    'silent-late',
    'muted',
  ]);
});

test.each([
  [9, 0, 0],
  [9, 9, 0],
  [9, 10, 10],
  [9, 19, 10],
  [9, 20, 20],
  [39, 60, 9],
  [48, 200, 0],
])('[C13] %i slots with %i people on the screen: %i more', (present, onScreen, more) => {
  expect(slotsToAdd(present, onScreen, { videoSlotStep: 10, videoSlotsAtMost: 48 })).toBe(more);
});
