/** A conference of drawn people. */
import { type ConferenceClientApi, ConferenceError, type Invitation, type RoomId } from '@plenum/client';
import { signal } from '../src/state/signal.ts';
import { createFakeRoom } from './fake-conference.ts';
import { codeOf, errorOf } from './query.ts';

export function createFakeClient(query: URLSearchParams): ConferenceClientApi {
  const notHere = (): Promise<never> => Promise.reject(new ConferenceError('internal'));
  return {
    connect: async () => undefined,
    userUrl: signal('user://example.org/guest-8f3k2m9d0q7v1x5z'),
    addListener(listener) {
      if (query.has('invited')) setTimeout(() => listener(anInvitation(query)), 800);
      return () => undefined;
    },
    invite: ((request: unknown) => inviteFake(query, request)) as ConferenceClientApi['invite'],
    createRoom: notHere,
    async joinRoom(_room, options) {
      await pause(Number(query.get('delay') ?? 100), options.signal);
      if (query.has('lobby')) {
        options.onWaiting?.();
        await pause(Number(query.get('lobby')), options.signal);
      }
      const error = errorOf(query, 'fail');
      if (error !== undefined) throw error;
      return createFakeRoom(query, options);
    },
    leaveRoom: async () => undefined,
    onNewParticipant: () => () => undefined,
    onParticipantLeft: () => () => undefined,
    close: async () => undefined,
  };
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new ConferenceError('aborted'));
    });
  });
}

async function inviteFake(query: URLSearchParams, request: unknown): Promise<unknown> {
  await pause(400, undefined);
  const code = codeOf(query, 'noinvite');
  if (code !== undefined) throw new ConferenceError(code);
  if (Array.isArray(request)) return inviteAll(request);
  const { guestLink } = request as { guestLink: { validForSeconds?: number } };
  return {
    url: 'https://meet.example.org/amber-otter-harbour-37#token=eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoi.c2lnbmVk',
    expires: new Date(Date.now() + 1_000 * (guestLink.validForSeconds ?? 86_400)).toISOString(),
  };
}

/** Only Ben comes. */
async function inviteAll(users: readonly string[]): Promise<unknown> {
  await pause(1_500, undefined);
  return users.map((user) =>
    user.endsWith('/ben')
      ? { user, outcome: 'accepted' }
      : { user, outcome: 'declined', reason: 'I am in another call' },
  );
}

function anInvitation(query: URLSearchParams): Invitation {
  return {
    roomId: 'green-heron' as RoomId,
    title: 'Budget, second round',
    from: { name: 'Fatima Zahra', userUrl: 'user://example.org/fatima' },
    accept: async (options) => createFakeRoom(query, options),
    decline: () => document.body.setAttribute('data-declined', 'true'),
  };
}
