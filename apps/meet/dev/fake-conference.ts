/** A room that does at once what moderators ask of it. */
import {
  type BroadcastState,
  ConferenceError,
  type Decoding,
  type JoinOptions,
  type Participant,
  type ParticipantId,
  type PrivateChat,
  type Recording,
  type RecordingState,
  type Role,
  type Room,
  type RoomId,
  type RoomPermissions,
  type RoomSettings,
  type RoomState,
  type WaitingPerson,
} from '@plenum/client';
import { createFakeData } from '../src/state/fake-files.ts';
import { liveUrl } from '../src/state/page-address.ts';
import { derived, signal, type WritableSignal } from '../src/state/signal.ts';
import { createFakeChat, fillChat } from './fake-chat.ts';
import { fakeConnections } from './fake-connections.ts';
import { createFakeLocalMedia } from './fake-local-media.ts';
import { createFakePeople, fakeSelf, sourcesOf } from './fake-people.ts';
import { playData } from './fake-traffic.ts';
import { codeOf, errorOf } from './query.ts';

const visitors = ['Hanna Sorensen', 'Paul', 'Ibrahim Diallo', 'Lea'];

export function createFakeRoom(query: URLSearchParams, { name, localMedia }: JoinOptions): Room {
  const fakePeople = createFakePeople(query);
  const role = (query.get('role') ?? 'participant') as Role;
  const participants = signal<readonly Participant[]>([
    fakeSelf(name, role),
    ...fakePeople.map(({ participant }) => participant),
  ]);
  const self = () => participants.current.find(({ isLocal }) => isLocal) ?? fakeSelf(name, role);
  const change = (id: ParticipantId, facts: (person: Participant) => Partial<Participant>) =>
    participants.set(
      participants.current.map((person) => (person.id === id ? { ...person, ...facts(person) } : person)),
    );
  const speaking = signal<ReadonlySet<ParticipantId>>(new Set());
  const state = signal<RoomState>({ name: 'connected' });
  const settings = signal<RoomSettings>({
    title: query.get('room') ?? 'amber-otter-harbour-37',
    isLocked: query.has('locked'),
    hasLobby: query.has('waiting'),
    guests: 'welcome',
    capacity: 100,
    defaultRole: 'participant',
  });
  const waiting = signal<readonly WaitingPerson[]>([]);
  const newChat = (participantId: ParticipantId) => createFakeChat({ query, self, participantId });
  const chat = newChat('everyone' as ParticipantId);
  const privateChats = signal<readonly PrivateChat[]>([]);
  const openPrivate = (id: ParticipantId) => {
    const known = privateChats.current.find(({ participantId }) => participantId === id);
    if (known !== undefined) return known;
    const opened = newChat(id);
    privateChats.set([...privateChats.current, opened]);
    return opened;
  };
  const decide = async (id: ParticipantId) =>
    waiting.set(waiting.current.filter(({ participantId }) => participantId !== id));
  const answer = async (act: () => void) => {
    const code = codeOf(query, 'noact');
    if (code !== undefined) throw new ConferenceError(code);
    act();
  };

  const recording = signal<RecordingState | undefined>(undefined);
  const broadcast = signal<BroadcastState | undefined>(undefined);
  const startBroadcast = (key: string | undefined) =>
    broadcast.set({
      since: new Date().toISOString(),
      audience: Number(query.get('audience') ?? 12),
      endedBy: codeOf(query, 'nobroadcast'),
      key,
      url: liveUrl(new URL('amber-otter-harbour-37', location.href).href, key),
      streamUrl: '',
    });
  const data = createFakeData(() => fakePeople.map(({ participant }) => participant.id));
  const room: Room = {
    ...data.room,
    id: 'room' as RoomId,
    localParticipantId: self().id,
    state,
    participants,
    speaking,
    activeSpeaker: signal(undefined),
    topology: signal(query.get('topology') === 'mesh' ? 'mesh' : 'sfu'),
    composite: signal(undefined),
    chosenView: signal(undefined),
    setView: () => undefined,
    connections: signal(
      fakeConnections(
        query,
        fakePeople.map(({ participant }) => participant),
      ),
    ),
    decoding: signal((query.get('decoding') ?? 'all') as Decoding),
    recording,
    broadcast,
    settings,
    permissions: derived([participants], () => permissionsOf(self()), samePermissions),
    chat,
    privateChats,
    waiting,
    localMedia: localMedia ?? createFakeLocalMedia(query),
    setVisible: (heights) => document.body.setAttribute('data-visible', JSON.stringify([...heights])),
    openPrivateChat: async (id) => openPrivate(id),
    raiseHand: (isRaised, id = self().id) =>
      answer(() => change(id, () => ({ hand: isRaised ? new Date().toISOString() : undefined }))),
    mute: (id, source) => answer(() => change(id, (person) => mutedFacts(person, source, self().id))),
    allowSources: (id, sources) => answer(() => change(id, () => ({ mayPublish: sources }))),
    setRole: (id, next) => answer(() => change(id, () => ({ role: next, mayPublish: sourcesOf(next) }))),
    remove: (id) => answer(() => participants.set(participants.current.filter((one) => one.id !== id))),
    admit: decide,
    refuse: decide,
    changeSettings: (changes) => answer(() => settings.set({ ...settings.current, ...changes })),
    startRecording: () =>
      answer(() => recording.set({ since: new Date().toISOString(), endedBy: codeOf(query, 'norecord') })),
    stopRecording: () => answer(() => recording.set(undefined)),
    recordings: async () => fakeRecordings,
    startBroadcast: ({ key } = {}) => answer(() => startBroadcast(key)),
    stopBroadcast: () => answer(() => broadcast.set(undefined)),
    closeForAll: () => answer(() => state.set({ name: 'left', error: new ConferenceError('room-closed') })),
    leave: async () => undefined,
    getStats: () => Promise.reject(new Error('No statistics here.')),
  };
  playData(query, data);
  fillChat(chat, query, () => participants.current);
  play(query, { state, speaking, waiting, participants, change, freeze: fakePeople[0]?.picture?.freeze });
  if (query.has('private')) {
    const ben = 'p0' as ParticipantId;
    const write = () => {
      const opened = newChat(ben);
      privateChats.set([...privateChats.current, opened]);
      opened.write(
        participants.current.find(({ id }) => id === ben),
        'Could you stay five minutes longer?',
      );
    };
    setTimeout(write, 1_000);
  }
  return room;
}

const fakeRecordings: readonly Recording[] = [
  {
    id: '20261120T100000000Z',
    startedAt: '2026-11-20T10:00:00.000Z',
    durationMs: 3_909_000,
    isEnded: true,
    participants: ['Ann', 'Ben'],
    parts: [{ name: 'part-1.webm', url: '', fromMs: 0, untilMs: 3_909_000, bytes: 733_000_000 }],
  },
];

interface Scene {
  readonly state: WritableSignal<RoomState>;
  readonly speaking: WritableSignal<ReadonlySet<ParticipantId>>;
  readonly waiting: WritableSignal<readonly WaitingPerson[]>;
  readonly participants: WritableSignal<readonly Participant[]>;
  readonly change: (id: ParticipantId, facts: (person: Participant) => Partial<Participant>) => void;
  readonly freeze: (() => void) | undefined;
}

/** What happens a moment after joining. */
function play(query: URLSearchParams, scene: Scene): void {
  const { state, speaking, waiting, participants, change, freeze } = scene;
  const soon = (key: string, act: () => void) => {
    if (query.has(key)) setTimeout(act, 500);
  };
  const speaker = participants.current[2] ?? participants.current[1];
  if (speaker !== undefined) setTimeout(() => speaking.set(new Set([speaker.id])), 500);
  soon('interrupted', () => state.set({ name: 'interrupted' }));
  soon('reconnecting', () => state.set({ name: 'reconnecting' }));
  soon('end', () => state.set({ name: 'left', error: errorOf(query, 'end') }));
  soon('frozen', () => freeze?.());
  soon('mutedby', () => change('self' as ParticipantId, (own) => mutedFacts(own, 'microphone', 'p0')));
  const knocking = visitors.slice(0, Number(query.get('waiting') ?? 0));
  soon('waiting', () =>
    waiting.set(
      knocking.map((name, index) => ({
        participantId: `w${index}` as ParticipantId,
        name,
        userUrl: '',
        since: new Date().toISOString(),
      })),
    ),
  );
}

function mutedFacts(person: Participant, source: string, by: string): Partial<Participant> {
  const mutedBy = by as ParticipantId;
  if (source === 'camera') {
    return { camera: person.camera && { ...person.camera, muted: true, mutedBy, track: undefined } };
  }
  return {
    microphone: person.microphone && { ...person.microphone, muted: true, mutedBy, track: undefined },
  };
}

function permissionsOf({ role, mayPublish }: Participant): RoomPermissions {
  const moderate = role === 'owner' || role === 'moderator';
  const own = role === 'owner';
  return { publish: mayPublish, chat: true, invite: moderate, moderate, own, createRooms: true };
}

function samePermissions(a: RoomPermissions, b: RoomPermissions): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
