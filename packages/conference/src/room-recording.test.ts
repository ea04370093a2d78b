/** A room is recorded. */
import type { FakeMix } from '@plenum/media/fake';
import { ConferenceError } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import type { KeptRecording } from './recording-archive.ts';
import { aConference, joins, known, standup } from './testing/conference-fixture.ts';
import { MemoryArchive } from './testing/memory-archive.ts';

async function aRoomWithTwo() {
  const archive = new MemoryArchive();
  const conference = await aConference({}, { recordings: archive });
  const ann = await joins(conference, 'Ann', { identity: known('Ann') });
  const ben = await joins(conference, 'Ben', { identity: known('Ben', { role: 'participant' }) });
  const mix = (): FakeMix | undefined => conference.router().mixes[0];
  const notes = () => archive.begun.at(-1)?.notes.map(({ atMs: _, ...note }) => note) ?? [];
  const recorded = async () => {
    await ann.asks('startRecording');
    await settle();
  };
  return { archive, conference, ann, ben, mix, notes, recorded };
}

test('[C61] who moderates starts and stops it, and everybody sees that it runs', async () => {
  const { archive, conference, ann, ben, mix, recorded } = await aRoomWithTwo();
  await expect(ben.asks('startRecording')).rejects.toMatchObject({ code: 'not-authorized' });
  await recorded();
  expect(ben.room.data.recording).toEqual({ since: conference.clock.isoTime() });
  expect([...(mix()?.files.open.keys() ?? [])]).toEqual(['/recordings/standup/1/part-1.webm']);
  await expect(ben.asks('stopRecording')).rejects.toMatchObject({ code: 'not-authorized' });
  await ann.asks('stopRecording');
  await settle();
  expect(ben.room.data.recording).toBeUndefined();
  expect(archive.begun[0]?.isClosed).toBe(true);
});

test('[C61] it is made although nobody sees the one picture, and no longer than it is needed', async () => {
  const { conference, ann, mix, recorded } = await aRoomWithTwo();
  expect(mix()).toBeUndefined();
  await recorded();
  expect(mix()?.content.entries.map(({ name }) => name)).toEqual(['Ann', 'Ben']);
  expect(mix()?.sounds.size).toBe(0);
  await ann.asks('stopRecording');
  await settle();
  // Who looks away often looks again.
  conference.clock.advance(5_000);
  await settle();
  expect(mix()).toBeUndefined();
});

test('[C61] started twice it is one, and stopped where none runs nothing happens', async () => {
  const { archive, ann, recorded } = await aRoomWithTwo();
  await ann.asks('stopRecording');
  await recorded();
  await recorded();
  expect(archive.begun).toHaveLength(1);
});

test('[C61] the application starts and stops it too', async () => {
  const { conference, ben } = await aRoomWithTwo();
  await conference.conference.startRecording(standup);
  await settle();
  expect(ben.room.data.recording).toBeDefined();
  await conference.conference.stopRecording(standup);
  await settle();
  expect(ben.room.data.recording).toBeUndefined();
});

test('[C61] its index says who was there, who moderated and who spoke', async () => {
  const { conference, ann, ben, notes, recorded } = await aRoomWithTwo();
  await recorded();
  const [annsLink] = conference.router().connections;
  conference.router().speak(annsLink?.id ?? '', -20);
  conference.router().speak(annsLink?.id ?? '', undefined);
  ben.runtime.close();
  await settle();
  await ann.asks('stopRecording');
  const file = 'part-1.webm';
  expect(notes()).toEqual([
    { type: 'participant-joined', participantId: ann.id, name: 'Ann' },
    { type: 'moderator-present', userUrl: 'user://acme.test/ann' },
    { type: 'participant-joined', participantId: ben.id, name: 'Ben' },
    { type: 'part-started', file, participantId: '' },
    { type: 'speaking-started', participantId: ann.id },
    { type: 'speaking-stopped', participantId: ann.id },
    { type: 'participant-left', participantId: ben.id },
    { type: 'part-ended', file },
    { type: 'recording-ended' },
  ]);
});

test('[C62] a mixer that dies is replaced, and the recording goes on as a further part', async () => {
  const { ben, mix, notes, recorded } = await aRoomWithTwo();
  await recorded();
  mix()?.crash();
  await settle();
  expect([...(mix()?.files.open.keys() ?? [])]).toEqual(['/recordings/standup/1/part-2.webm']);
  expect(ben.room.data.recording?.endedBy).toBeUndefined();
  expect(notes().slice(-3)).toEqual([
    { type: 'part-started', file: 'part-1.webm', participantId: '' },
    { type: 'part-ended', file: 'part-1.webm' },
    { type: 'part-started', file: 'part-2.webm', participantId: '' },
  ]);
});

test.each(['storage-full', 'storage-failed'] as const)(
  '[C62] what cannot be written ends it with %s, which everybody sees, and the call goes on',
  async (code) => {
    const { archive, conference, ben, mix, notes, recorded } = await aRoomWithTwo();
    await recorded();
    const since = conference.clock.isoTime();
    mix()?.files.fail(code);
    await settle();
    expect(ben.room.data.recording).toEqual({ since, endedBy: code });
    expect(notes().at(-1)).toEqual({ type: 'recording-ended' });
    expect(archive.begun[0]?.isClosed).toBe(true);
    expect(Object.keys(ben.room.data.participants)).toHaveLength(2);
    // It can be started anew.
    await recorded();
    expect(ben.room.data.recording).toEqual({ since });
  },
);

test('[C62] an index that cannot be written ends it as well, and a place that cannot be made is told to who asked', async () => {
  const { archive, ann, ben, recorded } = await aRoomWithTwo();
  archive.refusal = 'storage-full';
  await expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'storage-full' });
  expect(ben.room.data.recording).toBeUndefined();
  archive.refusal = undefined;
  await recorded();
  archive.begun.at(-1)?.onFailed(new ConferenceError('storage-failed'));
  await settle();
  expect(ben.room.data.recording?.endedBy).toBe('storage-failed');
});

test('[C70] without a mixer nothing begins: who asked learns why, and nobody sees that it would run', async () => {
  const { archive, conference, ann, ben } = await aRoomWithTwo();
  const shown: unknown[] = [];
  ben.room.on('changed', () => shown.push(ben.room.data.recording));
  conference.router().hasMixer = false;
  await expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'mixer-unavailable' });
  await settle();
  expect(shown.filter((recording) => recording !== undefined)).toEqual([]);
  expect(archive.begun[0]?.isDiscarded).toBe(true);
  expect(conference.conference.room(standup)?.outputs.isRecorded).toBe(false);
});

test('[C70] it is shown as soon as there is a mix, and not before', async () => {
  const { conference, ann, ben, mix } = await aRoomWithTwo();
  const { promise, resolve } = Promise.withResolvers<void>();
  conference.router().mixerStart = promise;
  const asked = ann.asks('startRecording');
  await settle();
  expect(ben.room.data.recording).toBeUndefined();
  expect(mix()).toBeUndefined();
  resolve();
  await asked;
  await settle();
  expect(mix()?.files.open.size).toBe(1);
  expect(ben.room.data.recording).toBeDefined();
});

test('[C70] a mix that does not come is not waited for for long, nor by who stops, nor by a room that ends', async () => {
  const { archive, conference, ann, ben } = await aRoomWithTwo();
  conference.router().mixerStart = new Promise(() => undefined);
  const room = conference.conference.room(standup);
  const late = expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'mixer-unavailable' });
  await settle();
  conference.clock.advance(10_000);
  await late;
  const stopped = expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'aborted' });
  await settle();
  await ann.asks('stopRecording');
  await stopped;
  const closed = expect(room?.outputs.startRecording()).rejects.toMatchObject({ code: 'room-closed' });
  await settle();
  for (const { runtime } of [ann, ben]) runtime.close();
  await closed;
  expect(archive.begun.map(({ isDiscarded }) => isDiscarded)).toEqual([true, true, true]);
});

test('[C70] what cannot be kept any more is not begun', async () => {
  const { archive, conference, ann, ben } = await aRoomWithTwo();
  conference.router().mixerStart = new Promise(() => undefined);
  const asked = expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'storage-full' });
  await settle();
  archive.begun[0]?.onFailed(new ConferenceError('storage-full'));
  await asked;
  await settle();
  expect(ben.room.data.recording).toBeUndefined();
  expect(archive.begun[0]?.isDiscarded).toBe(true);
});

test('[C62] without a mixer for long it ends', async () => {
  const { conference, ben, mix, recorded } = await aRoomWithTwo();
  await recorded();
  conference.router().hasMixer = false;
  mix()?.crash();
  await settle();
  expect(ben.room.data.recording?.endedBy).toBeUndefined();
  conference.clock.advance(31_000);
  await settle();
  expect(ben.room.data.recording?.endedBy).toBe('mixer-unavailable');
});

test('[C62] a mixer that does not answer keeps nobody who stops waiting', async () => {
  const { archive, conference, ann, ben, mix, recorded } = await aRoomWithTwo();
  await recorded();
  const written = mix();
  if (written !== undefined) written.isHanging = true;
  const stopped = ann.asks('stopRecording');
  await settle();
  expect(ben.room.data.recording?.endedBy).toBeUndefined();
  conference.clock.advance(12_000);
  await stopped;
  await settle();
  expect(ben.room.data.recording).toBeUndefined();
  expect(archive.begun[0]?.isClosed).toBe(true);
});

test('[C61] a list has room in one message, however much was recorded', async () => {
  const { archive, ann } = await aRoomWithTwo();
  const file = { name: 'part-1.mp4', fromMs: 0, untilMs: 1_000, bytes: 1 };
  archive.kept = Array.from({ length: 60 }, (_, index) => ({
    id: `recording-${index}`,
    startedAt: '2101-01-01T00:00:00.000Z',
    durationMs: 1_000,
    isEnded: true,
    participants: [],
    files: Array.from({ length: 200 }, () => file),
    moderators: [],
  }));
  const list = (await ann.asks('listRecordings')) as {
    readonly recordings: readonly { readonly files: readonly unknown[] }[];
  };
  expect(list.recordings.map(({ files }) => files.length)).toEqual([200, 200, 100]);
});

test('[C61] it ends with the room', async () => {
  const { archive, ann, ben, notes, recorded } = await aRoomWithTwo();
  await recorded();
  ben.runtime.close();
  ann.runtime.close();
  await settle();
  expect(archive.begun[0]?.isClosed).toBe(true);
  expect(notes().slice(-4)).toEqual([
    { type: 'participant-left', participantId: ben.id },
    { type: 'participant-left', participantId: ann.id },
    { type: 'part-ended', file: 'part-1.webm' },
    { type: 'recording-ended' },
  ]);
});

test('[C61] a room whose media does not go through the server is not recorded; one that changes over then does', async () => {
  const archive = new MemoryArchive();
  const conference = await aConference({}, { recordings: archive });
  const inRoom = async (topology: 'mesh' | 'auto') => {
    conference.conference.createRoom(`of-${topology}` as typeof standup, { topology });
    return conference.conference.room(`of-${topology}` as typeof standup);
  };
  const mesh = await inRoom('mesh');
  await expect(mesh?.outputs.startRecording()).rejects.toMatchObject({ code: 'recording-unavailable' });
  const auto = await inRoom('auto');
  expect(auto?.communication.plan).toBe('mesh');
  await auto?.outputs.startRecording();
  await settle();
  expect(auto?.communication.plan).toBe('sfu');
});

test('[C61] who moderates is shown what was recorded since the room opened, or while they moderated, and nobody else', async () => {
  const { archive, conference, ann, ben } = await aRoomWithTwo();
  const kept = (id: string, startedAt: string, moderators: readonly string[]): KeptRecording => ({
    id,
    startedAt,
    durationMs: 1_000,
    isEnded: true,
    participants: ['Ann'],
    files: [],
    moderators,
  });
  archive.kept = [
    kept('now', conference.clock.isoTime(), []),
    kept('theirs', '2001-01-01T00:00:00.000Z', ['user://acme.test/ann']),
    kept('others', '2001-01-01T00:00:00.000Z', ['user://acme.test/eve']),
  ];
  const list = (await ann.asks('listRecordings')) as { readonly recordings: readonly { id: string }[] };
  expect(list.recordings.map(({ id }) => id)).toEqual(['now', 'theirs']);
  expect(archive.passes).toEqual([{ roomId: 'standup', recordings: ['now', 'theirs'] }]);
  await expect(ben.asks('listRecordings')).rejects.toMatchObject({ code: 'not-authorized' });
});

test('[C61] where nothing can be recorded it says so', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  await expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'recording-unavailable' });
});

test('[C80] who starts it is not kept waiting by what was refused before: it begins, or is refused at once', async () => {
  const { conference, ann, ben, recorded } = await aRoomWithTwo();
  conference.router().hasMixer = false;
  ben.context.set('view', 'composite');
  await settle();
  await expect(ann.asks('startRecording')).rejects.toMatchObject({ code: 'mixer-unavailable' });
  conference.router().hasMixer = true;
  await recorded();
  expect(ben.room.data.recording).toBeDefined();
});
