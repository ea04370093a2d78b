import { ConferenceError, type Invitation, type JoinOptions, type Room, type RoomId } from '@plenum/client';
import { expect, test, vi } from 'vitest';
import { createFakeMedia } from './fake-media.ts';
import { createFakeRoom, type FakeRoom } from './fake-room.ts';
import { createMeeting } from './meeting.ts';
import { createPreferences } from './preferences.ts';
import { settled } from './settled.ts';
import { signal } from './signal.ts';

const address = {
  room: 'blue',
  url: 'https://example.org/blue',
  name: undefined,
  topology: undefined,
  isLowQuality: false,
};

const noRequests = (): Promise<never> => Promise.reject(new ConferenceError('internal'));

function aMeeting(changes: Partial<typeof address> | { name: string } = {}) {
  const joins: JoinOptions[] = [];
  const rooms: FakeRoom[] = [];
  const media: ReturnType<typeof createFakeMedia>[] = [];
  const createLocalMedia = vi.fn(() => {
    const next = createFakeMedia();
    media.push(next);
    return next;
  });
  let answer = async (options: JoinOptions): Promise<Room> => {
    const room = createFakeRoom(options.localMedia ?? createFakeMedia());
    rooms.push(room);
    return room;
  };
  const preferences = createPreferences(undefined);
  const invited = new Set<(invitation: Invitation) => void>();
  let awake = 0;
  const meeting = createMeeting(
    {
      client: {
        connect: () => Promise.reject(new ConferenceError('disconnected')),
        joinRoom: (_room, options) => {
          joins.push(options);
          return answer(options);
        },
        leaveRoom: async () => undefined,
        userUrl: signal(undefined),
        addListener(listener) {
          invited.add(listener);
          return () => invited.delete(listener);
        },
        invite: noRequests,
        createRoom: noRequests,
        onNewParticipant: () => () => undefined,
        onParticipantLeft: () => () => undefined,
        close: async () => undefined,
      },
      createLocalMedia,
      createPlayer: () => ({
        play: async () => undefined,
        setSpeaker: () => undefined,
        close: () => undefined,
      }),
      knock: () => undefined,
      pixelRatio: () => 1,
      keepAwake: () => {
        awake++;
        return () => void awake--;
      },
      preferences,
      browser: 'chrome',
    },
    { ...address, ...changes },
  );
  return {
    meeting,
    joins,
    rooms,
    media,
    preferences,
    createLocalMedia,
    settled,
    awake: () => awake,
    invite(invitation: Invitation) {
      for (const listener of invited) listener(invitation);
    },
    answerWith(next: typeof answer) {
      answer = next;
    },
  };
}

test('joining goes to the call and remembers the name', async () => {
  const { meeting, joins, preferences, settled, awake } = aMeeting();
  meeting.join('  Ann ');
  expect(meeting.phase.current).toEqual({ name: 'joining', from: 'before', isWaiting: false });
  await settled();
  expect(meeting.phase.current.name).toBe('call');
  expect(joins[0]?.name).toBe('Ann');
  expect(preferences.values.current.name).toBe('Ann');
  expect(awake()).toBe(1);
});

test('the name of the address goes before the remembered one', () => {
  const { meeting } = aMeeting({ name: 'Ben' });
  expect(meeting.initialName).toBe('Ben');
});

test('low quality captures a small picture', () => {
  const { createLocalMedia } = aMeeting({ isLowQuality: true });
  expect(createLocalMedia).toHaveBeenCalledWith(
    expect.objectContaining({ video: { height: 180, frameRate: 5 } }),
  );
});

test('a refused join goes back with the reason, devices kept', async () => {
  const { meeting, media, settled, answerWith } = aMeeting();
  answerWith(() => Promise.reject(new ConferenceError('capacity-exceeded')));
  meeting.join('Ann');
  await settled();
  expect(meeting.phase.current).toMatchObject({ name: 'before', failure: { code: 'capacity-exceeded' } });
  expect(media[0]?.log).not.toContain('closed');
});

test('a join that was cancelled leaves nothing behind', async () => {
  const { meeting, settled, answerWith } = aMeeting();
  const leave = vi.fn(async () => undefined);
  answerWith(async ({ localMedia }) => ({ ...createFakeRoom(localMedia ?? createFakeMedia()), leave }));
  meeting.join('Ann');
  meeting.cancelJoin();
  await settled();
  expect(meeting.phase.current).toEqual({ name: 'before', failure: undefined });
  expect(leave).toHaveBeenCalledOnce();
});

test('leaving releases the devices and lets the screen go dark', async () => {
  const { meeting, media, settled, awake } = aMeeting();
  meeting.join('Ann');
  await settled();
  meeting.leave();
  expect(meeting.phase.current).toEqual({ name: 'after', failure: undefined });
  expect(media[0]?.log.at(-1)).toBe('closed');
  expect(awake()).toBe(0);
});

test('a call that ends tells why', async () => {
  const { meeting, rooms, settled } = aMeeting();
  meeting.join('Ann');
  await settled();
  rooms[0]?.end(new ConferenceError('room-closed'));
  expect(meeting.phase.current).toMatchObject({ name: 'after', failure: { code: 'room-closed' } });
});

test('rejoining keeps name, camera and microphone as they were', async () => {
  const { meeting, joins, media, settled } = aMeeting();
  meeting.join('Ann');
  await settled();
  media[0]?.stopCamera();
  meeting.leave();
  meeting.rejoin();
  await settled();
  expect(meeting.phase.current.name).toBe('call');
  expect(joins[1]?.name).toBe('Ann');
  expect(media[1]?.log).toEqual(['microphone microphone']);
});

test('a rejoin that fails tells why and releases the devices', async () => {
  const { meeting, media, settled, answerWith } = aMeeting();
  meeting.join('Ann');
  await settled();
  meeting.leave();
  answerWith(() => Promise.reject(new ConferenceError('disconnected')));
  meeting.rejoin();
  await settled();
  expect(meeting.phase.current).toMatchObject({ name: 'after', failure: { code: 'disconnected' } });
  expect(media[1]?.log.at(-1)).toBe('closed');
});

test('what was switched off before joining is off the next time', async () => {
  const { meeting, preferences, settled } = aMeeting();
  meeting.devices.current.toggleCamera();
  meeting.join('Ann');
  await settled();
  expect(preferences.values.current).toMatchObject({ joinsWithCamera: false, joinsWithMicrophone: true });
});

test('held in the lobby one is told so, and comes in when one is admitted', async () => {
  const { meeting, joins, settled, answerWith } = aMeeting();
  const admitted = Promise.withResolvers<Room>();
  answerWith(() => admitted.promise);
  meeting.join('Ann');
  joins[0]?.onWaiting?.();
  expect(meeting.phase.current).toEqual({ name: 'joining', from: 'before', isWaiting: true });
  admitted.resolve(createFakeRoom(createFakeMedia()));
  await settled();
  expect(meeting.phase.current.name).toBe('call');
});

test('who stops waiting goes back, and a late word from the lobby changes nothing', async () => {
  const { meeting, joins, settled, answerWith } = aMeeting();
  answerWith(({ signal: ended }) => {
    const waiting = Promise.withResolvers<Room>();
    ended?.addEventListener('abort', () => waiting.reject(new ConferenceError('aborted')));
    return waiting.promise;
  });
  meeting.join('Ann');
  joins[0]?.onWaiting?.();
  meeting.cancelJoin();
  joins[0]?.onWaiting?.();
  await settled();
  expect(meeting.phase.current).toEqual({ name: 'before', failure: undefined });
});

test('who stops rejoining stays where they were, devices released', async () => {
  const { meeting, media, settled, answerWith } = aMeeting();
  meeting.join('Ann');
  await settled();
  meeting.leave();
  answerWith(() => new Promise<Room>(() => undefined));
  meeting.rejoin();
  meeting.cancelJoin();
  expect(meeting.phase.current).toEqual({ name: 'after', failure: undefined });
  expect(media[1]?.log.at(-1)).toBe('closed');
});

test('an invitation stays until it is answered, and declining tells whoever invited', () => {
  const { meeting, invite } = aMeeting();
  const decline = vi.fn();
  invite({
    roomId: 'green' as RoomId,
    title: 'Green',
    from: { name: 'Ben', userUrl: 'user://example.org/ben' },
    accept: noRequests,
    decline,
  });
  expect(meeting.invitation.current?.title).toBe('Green');
  meeting.declineInvitation('I will call you later');
  expect(decline).toHaveBeenCalledExactlyOnceWith('I will call you later');
  expect(meeting.invitation.current).toBeUndefined();
});
