/** A room for tests: people come and go as told. */
import {
  type BroadcastState,
  type ChosenView,
  type CompositeTracks,
  ConferenceError,
  type ConnectionReport,
  type Decoding,
  type ErrorCode,
  type LocalMedia,
  type Participant,
  type ParticipantId,
  type PrivateChat,
  type RecordingState,
  type Room,
  type RoomId,
  type RoomPermissions,
  type RoomSettings,
  type RoomState,
  type WaitingPerson,
} from '@plenum/client';
import { createFakeChat, type FakeChat } from './fake-chat.ts';
import { createFakeData } from './fake-files.ts';
import { signal, type WritableSignal } from './signal.ts';

export function aParticipant(id: string, facts: Partial<Participant> = {}): Participant {
  return {
    id: id as ParticipantId,
    name: id,
    isLocal: false,
    status: 'live',
    role: 'participant',
    hand: undefined,
    mayPublish: ['microphone', 'camera', 'screen', 'screen-audio'],
    userUrl: '',
    hypertyUrl: '',
    microphone: aPublication('microphone'),
    camera: aPublication('camera'),
    screen: undefined,
    screenAudio: undefined,
    ...facts,
  };
}

export function aPublication(
  source: NonNullable<Participant['camera']>['source'],
  facts: Partial<NonNullable<Participant['camera']>> = {},
): NonNullable<Participant['camera']> {
  return { source, muted: false, mutedBy: undefined, track: undefined, ...facts };
}

export function someWaiting(id: string): WaitingPerson {
  return { participantId: id as ParticipantId, name: id, userUrl: '', since: '2026-11-20T10:00:00.000Z' };
}

export const asParticipant: RoomPermissions = {
  publish: ['microphone', 'camera', 'screen', 'screen-audio'],
  chat: true,
  invite: false,
  moderate: false,
  own: false,
  createRooms: true,
};
export const asListener: RoomPermissions = { ...asParticipant, publish: [] };
export const asModerator: RoomPermissions = { ...asParticipant, invite: true, moderate: true };
export const asOwner: RoomPermissions = { ...asModerator, own: true };

const plainSettings: RoomSettings = {
  title: 'room',
  isLocked: false,
  hasLobby: false,
  guests: 'welcome',
  capacity: 100,
  defaultRole: 'participant',
};

export interface FakeRoom extends Room {
  readonly state: WritableSignal<RoomState>;
  readonly permissions: WritableSignal<RoomPermissions>;
  readonly connections: WritableSignal<readonly ConnectionReport[]>;
  readonly composite: WritableSignal<CompositeTracks | undefined>;
  readonly chosenView: WritableSignal<ChosenView | undefined>;
  readonly decoding: WritableSignal<Decoding>;
  readonly waiting: WritableSignal<readonly WaitingPerson[]>;
  readonly privateChats: WritableSignal<readonly PrivateChat[]>;
  readonly recording: WritableSignal<RecordingState | undefined>;
  readonly broadcast: WritableSignal<BroadcastState | undefined>;
  readonly chat: FakeChat;
  readonly data: ReturnType<typeof createFakeData>;
  /** What `setVisible` was told, in order. */
  readonly visible: readonly ReadonlyMap<ParticipantId, number>[];
  /** What the server was asked, in order. */
  readonly asked: readonly string[];
  setPeople(others: readonly Participant[]): void;
  /** Changes what others see of oneself. */
  setSelf(facts: Partial<Participant>): void;
  setSpeaking(ids: readonly string[]): void;
  /** From now on the server refuses. */
  refuseWith(code: ErrorCode | undefined): void;
  end(error: ConferenceError | undefined): void;
}

export function createFakeRoom(localMedia: LocalMedia): FakeRoom {
  let self = aParticipant('self', { isLocal: true });
  let others: readonly Participant[] = [];
  const state = signal<RoomState>({ name: 'connected' });
  const participants = signal<readonly Participant[]>([self]);
  const speaking = signal<ReadonlySet<ParticipantId>>(new Set());
  const settings = signal(plainSettings);
  const visible: ReadonlyMap<ParticipantId, number>[] = [];
  const asked: string[] = [];
  let code: ErrorCode | undefined;
  const ask = async (...words: readonly unknown[]) => {
    asked.push(words.filter((word) => word !== undefined).join(' '));
    if (code !== undefined) throw new ConferenceError(code);
  };
  const composite = signal<CompositeTracks | undefined>(undefined);
  const chosenView = signal<ChosenView | undefined>(undefined);
  const connections = signal<readonly ConnectionReport[]>([]);
  const privateChats = signal<readonly PrivateChat[]>([]);
  const data = createFakeData(() => others.map(({ id }) => id));
  return {
    ...data.room,
    data,
    id: 'room' as RoomId,
    localParticipantId: self.id,
    state,
    participants,
    speaking,
    activeSpeaker: signal(undefined),
    topology: signal('sfu' as const),
    composite,
    chosenView,
    connections,
    decoding: signal<Decoding>('all'),
    recording: signal<RecordingState | undefined>(undefined),
    broadcast: signal<BroadcastState | undefined>(undefined),
    settings,
    permissions: signal(asParticipant),
    chat: createFakeChat(),
    privateChats,
    waiting: signal<readonly WaitingPerson[]>([]),
    localMedia,
    visible,
    asked,
    setView: (view) => void asked.push(`setView ${view}`),
    setVisible: (heights) => void visible.push(heights),
    async openPrivateChat(id) {
      await ask('openPrivateChat', id);
      const chat = createFakeChat(id);
      privateChats.set([...privateChats.current, chat]);
      return chat;
    },
    raiseHand: (isRaised, id) => ask('raiseHand', isRaised, id),
    mute: (id, source) => ask('mute', id, source),
    allowSources: (id, sources) => ask('allowSources', id, sources),
    setRole: (id, role) => ask('setRole', id, role),
    remove: (id, options) => ask('remove', id, JSON.stringify(options)),
    admit: (id) => ask('admit', id),
    refuse: (id) => ask('refuse', id),
    async changeSettings(changes) {
      await ask('changeSettings', JSON.stringify(changes));
      settings.set({ ...settings.current, ...changes });
    },
    startRecording: () => ask('startRecording'),
    stopRecording: () => ask('stopRecording'),
    async recordings() {
      await ask('recordings');
      return [];
    },
    startBroadcast: ({ key } = {}) => ask('startBroadcast', key),
    stopBroadcast: () => ask('stopBroadcast'),
    closeForAll: () => ask('closeForAll'),
    leave: async () => undefined,
    getStats: () => Promise.reject(new Error('None.')),
    setPeople(next) {
      others = next;
      participants.set([self, ...others]);
    },
    setSelf(facts) {
      self = { ...self, ...facts };
      participants.set([self, ...others]);
    },
    setSpeaking: (ids) => speaking.set(new Set(ids as ParticipantId[])),
    refuseWith(next) {
      code = next;
    },
    end: (error) => state.set({ name: 'left', error }),
  };
}
