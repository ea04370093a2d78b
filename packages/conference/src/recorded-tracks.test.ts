/** Everybody's sources are recorded as they come. */
import type { FakeTracks } from '@plenum/media/fake';
import type { Publications } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mostFiles } from './recorded-tracks.ts';
import { contentOf } from './recording-content.ts';
import { aConference, joins, known, standup } from './testing/conference-fixture.ts';
import { MemoryArchive } from './testing/memory-archive.ts';

async function aRoomWithTwo() {
  const archive = new MemoryArchive();
  const conference = await aConference({}, { recordings: archive });
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const ben = await joins(conference, 'Ben', { identity: known('Ben', { role: 'participant' }) });
  const tracks = (): FakeTracks | undefined => conference.router().tracks[0];
  const written = () => [...(tracks()?.files.open.keys() ?? [])].map((path) => path.replace(/.*\//, ''));
  const notes = () =>
    (archive.begun.at(-1)?.notes ?? [])
      .filter(({ type }) => /track|part/.test(type))
      .map(({ atMs: _, ...note }) => note);
  const recorded = async (content = { tracks: true }) => {
    await ann.asks('startRecording', content);
    await settle();
  };
  const publishes = async (visitor: typeof ben, publications: Publications) => {
    visitor.context.set('publications', publications);
    await settle();
  };
  return { archive, conference, ann, ben, tracks, written, notes, recorded, publishes };
}

test('[C72] each source of everybody has a file of its own, and nothing is mixed', async () => {
  const { conference, ann, ben, written, notes, recorded } = await aRoomWithTwo();
  await recorded();
  expect(conference.router().mixes).toEqual([]);
  expect(ben.room.data.recording).toBeDefined();
  expect(written().toSorted()).toEqual([
    'track-1-microphone.webm',
    'track-2-camera.webm',
    'track-3-microphone.webm',
    'track-4-camera.webm',
  ]);
  await ann.asks('stopRecording');
  await settle();
  expect(written()).toEqual([]);
  expect(notes()).toContainEqual({
    type: 'track-started',
    file: 'track-3-microphone.webm',
    participantId: ben.id,
    source: 'microphone',
  });
  expect(notes().filter(({ type }) => type === 'part-ended')).toHaveLength(4);
});

test('[C72] the index says of each file when it began, by the clock of the recording', async () => {
  const { conference, archive, recorded } = await aRoomWithTwo();
  const wall = vi.spyOn(Date, 'now');
  onTestFinished(() => wall.mockRestore());
  const begins = (ms: number) => wall.mockReturnValue(Date.parse(conference.clock.isoTime()) + ms);
  begins(70);
  await recorded();
  begins(1_500);
  await joins(conference, 'Cem');
  await settle();
  const began = (archive.begun[0]?.notes ?? []).flatMap((note) =>
    note.type === 'track-started' ? note.atMs : [],
  );
  expect(began).toEqual([70, 70, 70, 70, 1_500, 1_500]);
});

test('[C72] both at once are one recording', async () => {
  const { archive, conference, tracks, notes, ann } = await aRoomWithTwo();
  await ann.asks('startRecording', { tracks: true, composite: true });
  await settle();
  expect(archive.begun).toHaveLength(1);
  expect(conference.router().mixes[0]?.files.open.size).toBe(1);
  expect(tracks()?.files.open.size).toBe(4);
  expect(notes()).toContainEqual({ type: 'part-started', file: 'part-1.webm', participantId: '' });
});

test('[C70] where one of the two cannot be had nothing is written of the other', async () => {
  const { archive, conference, ann, ben } = await aRoomWithTwo();
  const router = conference.router();
  const mix = await router.createMix({ people: 2, codec: 'h264', onEnded: () => undefined });
  const record = vi.spyOn(mix, 'record');
  vi.spyOn(router, 'createMix').mockResolvedValue(mix);
  router.hasMixer = false;
  await expect(ann.asks('startRecording', { tracks: true, composite: true })).rejects.toMatchObject({
    code: 'mixer-unavailable',
  });
  expect(record).not.toHaveBeenCalled();
  expect(ben.room.data.recording).toBeUndefined();
  expect(archive.begun[0]?.isDiscarded).toBe(true);
});

test('[C72] a file lasts as long as its source is published: muted it goes on, published anew it is another', async () => {
  const { ben, written, recorded, publishes } = await aRoomWithTwo();
  await recorded();
  await publishes(ben, { microphone: { muted: true }, camera: { muted: false } });
  expect(written()).toHaveLength(4);
  await publishes(ben, { microphone: { muted: true } });
  expect(written()).toHaveLength(3);
  await publishes(ben, { microphone: { muted: true }, camera: { muted: false } });
  expect(written()).toContain('track-5-camera.webm');
});

test('[C73] where there are as many files as there may be what comes is not written, and everybody is told', async () => {
  const { ann, ben, written, notes, recorded, publishes } = await aRoomWithTwo();
  await recorded();
  for (let files = 4; files < mostFiles; files += 1) {
    await publishes(ben, { microphone: { muted: true } });
    await publishes(ben, { microphone: { muted: true }, camera: { muted: false } });
  }
  expect(written()).toContain(`track-${mostFiles}-camera.webm`);
  const since = ben.room.data.recording?.since;
  expect(ben.room.data.recording).toEqual({ since });
  for (let times = 0; times < 2; times += 1) {
    await publishes(ben, { microphone: { muted: true } });
    await publishes(ben, { microphone: { muted: true }, camera: { muted: false } });
    await publishes(ben, { microphone: { muted: false }, camera: { muted: false } });
  }
  expect(written()).toHaveLength(3);
  const leftOut = { type: 'track-left-out', participantId: ben.id, source: 'camera' };
  expect(notes().filter(({ type }) => type === 'track-left-out')).toEqual([leftOut, leftOut]);
  expect(ann.room.data.recording).toEqual({ since, limitedBy: 'too-many-files' });
  await ann.asks('stopRecording');
  await settle();
  expect(ann.room.data.recording).toBeUndefined();
});

test('[C72] who comes later is written too, and who goes no more', async () => {
  const { conference, ben, written, recorded } = await aRoomWithTwo();
  await recorded();
  await joins(conference, 'Cem');
  await settle();
  expect(written()).toHaveLength(6);
  ben.runtime.close();
  await settle();
  expect(written().toSorted()).toEqual([
    'track-1-microphone.webm',
    'track-2-camera.webm',
    'track-5-microphone.webm',
    'track-6-camera.webm',
  ]);
});

test('[C72] where what writes them dies they go on as further files, and without one for long it ends', async () => {
  const { conference, ben, tracks, written, recorded } = await aRoomWithTwo();
  await recorded();
  tracks()?.crash();
  await settle();
  expect(written()).toHaveLength(4);
  expect(written()).toContain('track-8-camera.webm');
  conference.router().hasMixer = false;
  tracks()?.crash();
  await settle();
  conference.clock.advance(10_000);
  await settle();
  expect(ben.room.data.recording?.endedBy).toBeUndefined();
  conference.clock.advance(21_000);
  await settle();
  expect(ben.room.data.recording?.endedBy).toBe('mixer-unavailable');
});

test.each(['storage-full', 'storage-failed'] as const)(
  '[C72] what cannot be written ends it with %s',
  async (code) => {
    const { archive, ben, tracks, recorded } = await aRoomWithTwo();
    await recorded();
    tracks()?.files.fail(code);
    await settle();
    expect(ben.room.data.recording?.endedBy).toBe(code);
    expect(archive.begun[0]?.isClosed).toBe(true);
    expect(tracks()).toBeUndefined();
  },
);

test('[C72] without a mixer it does not begin, nor where it does not answer, and it ends with the room', async () => {
  const { archive, conference, ann, ben, tracks, recorded } = await aRoomWithTwo();
  conference.router().hasMixer = false;
  await expect(ann.asks('startRecording', { tracks: true })).rejects.toMatchObject({
    code: 'mixer-unavailable',
  });
  conference.router().hasMixer = true;
  conference.router().mixerStart = new Promise(() => undefined);
  const late = expect(ann.asks('startRecording', { tracks: true })).rejects.toMatchObject({
    code: 'mixer-unavailable',
  });
  await settle();
  conference.clock.advance(10_000);
  await late;
  expect(archive.begun.map(({ isDiscarded }) => isDiscarded)).toEqual([true, true]);
  conference.router().mixerStart = undefined;
  await recorded();
  expect(tracks()).toBeDefined();
  for (const { runtime } of [ben, ann]) runtime.close();
  await settle();
  expect(archive.begun[2]?.notes.at(-1)?.type).toBe('recording-ended');
});

test('[C72] a room that is recorded by its tracks goes through the server', async () => {
  const conference = await aConference({}, { recordings: new MemoryArchive() });
  conference.conference.createRoom(standup, { topology: 'auto' });
  expect(conference.conference.room(standup)?.communication.plan).toBe('mesh');
  await conference.conference.startRecording(standup, { tracks: true });
  await settle();
  expect(conference.conference.room(standup)?.communication.plan).toBe('sfu');
});

test('[C72] what is recorded is what was asked for, and else what is usual', () => {
  const usual = { composite: true, tracks: false };
  expect(contentOf({}, usual)).toEqual(usual);
  expect(contentOf({ tracks: true }, usual)).toEqual({ composite: false, tracks: true });
  expect(contentOf({ composite: true }, { composite: false, tracks: true })).toEqual(usual);
  expect(contentOf({ tracks: false }, usual)).toEqual(usual);
  expect(contentOf({ composite: true, tracks: true }, usual)).toEqual({ composite: true, tracks: true });
  expect(() => contentOf({ composite: false }, usual)).toThrow();
  expect(() => contentOf({ composite: false, tracks: false }, usual)).toThrow();
});
