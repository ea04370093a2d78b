import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createComposite } from './composite.ts';
import { createFakeMedia } from './fake-media.ts';
import { aParticipant, createFakeRoom } from './fake-room.ts';
import { createNotices } from './notices.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function aCompositeRoom(others: readonly string[]) {
  const room = createFakeRoom(createFakeMedia());
  room.setPeople(others.map((id) => aParticipant(id)));
  const notices = createNotices();
  return { room, notices, composite: createComposite({ room, notices }) };
}

const tracks = { picture: {} as MediaStreamTrack, sound: {} as MediaStreamTrack, isPictureLeftOut: false };

test('it is offered to a device that does not keep up with everybody, until that is over', () => {
  const { room, composite } = aCompositeRoom(['ann', 'ben']);
  expect(composite.isOffered.current).toBe(false);
  room.decoding.set('smaller');
  expect(composite.isOffered.current).toBe(true);
  room.decoding.set('all');
  expect(composite.isOffered.current).toBe(false);
});

test('it is not offered where it would be no less work, nor to who chose it or declined it', () => {
  const two = aCompositeRoom(['ann']);
  two.room.decoding.set('fewer');
  expect(two.composite.isOffered.current).toBe(false);

  const chosen = aCompositeRoom(['ann', 'ben']);
  chosen.room.decoding.set('fewer');
  chosen.composite.toggle();
  expect(chosen.room.asked).toEqual(['setView composite']);
  expect(chosen.composite.isOffered.current).toBe(false);

  const declined = aCompositeRoom(['ann', 'ben']);
  declined.composite.decline();
  expect(declined.room.asked).toEqual(['setView streams']);
  declined.room.decoding.set('fewer');
  expect(declined.composite.isOffered.current).toBe(false);
});

test('who chose it where it cannot be had learns so after a while', () => {
  const { notices, composite } = aCompositeRoom(['ann', 'ben']);
  composite.toggle();
  vi.advanceTimersByTime(7_000);
  expect(notices.items.current).toEqual([]);
  vi.advanceTimersByTime(2_000);
  expect(notices.items.current).toMatchObject([
    { kind: 'news', title: 'One picture of everybody cannot be had now' },
  ]);
});

test('nothing is told where it came, or is wanted no more', () => {
  const came = aCompositeRoom(['ann', 'ben']);
  came.composite.toggle();
  came.room.composite.set(tracks);
  const changed = aCompositeRoom(['ann', 'ben']);
  changed.composite.toggle();
  changed.composite.toggle();
  const left = aCompositeRoom(['ann', 'ben']);
  left.composite.toggle();
  left.composite.close();
  vi.advanceTimersByTime(20_000);
  expect([came, changed, left].flatMap(({ notices }) => notices.items.current)).toEqual([]);
});

test('what the server chose is explained once it is shown, until one has read it', () => {
  const { room, composite } = aCompositeRoom(['ann', 'ben', 'cyd']);
  room.chosenView.set({ view: 'composite', reason: 'device' });
  expect(composite.explanation.current).toBeUndefined();
  room.composite.set(tracks);
  expect(composite.explanation.current).toBe('device');
  composite.accept();
  expect(composite.explanation.current).toBeUndefined();
  expect(room.asked).toEqual([]);
});

test('who wants each by themselves all the same has them, and is not asked again', () => {
  const { room, notices, composite } = aCompositeRoom(['ann', 'ben', 'cyd']);
  room.chosenView.set({ view: 'composite', reason: 'line' });
  room.composite.set(tracks);
  composite.decline();
  expect(room.asked).toEqual(['setView streams']);
  room.chosenView.set(undefined);
  room.composite.set(undefined);
  room.decoding.set('fewer');
  expect(composite.isOffered.current).toBe(false);
  expect(notices.items.current).toEqual([]);
});

test('who is shown each by themselves again, by the server, learns so', () => {
  const { room, notices, composite } = aCompositeRoom(['ann', 'ben', 'cyd']);
  room.chosenView.set({ view: 'composite', reason: 'device' });
  room.composite.set(tracks);
  composite.accept();
  room.chosenView.set(undefined);
  expect(notices.items.current).toEqual([]);
  room.composite.set(undefined);
  expect(notices.items.current).toMatchObject([{ title: 'Everybody is shown by themselves again' }]);
  // Next time it is explained anew.
  room.chosenView.set({ view: 'composite', reason: 'device' });
  room.composite.set(tracks);
  expect(composite.explanation.current).toBe('device');
});
