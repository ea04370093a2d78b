/** A room for tests: people come and go as told. */
import type {
  ConferenceError,
  LocalMedia,
  Participant,
  ParticipantId,
  Room,
  RoomId,
  RoomState,
} from '@plenum/client';
import { signal } from './signal.ts';

export function aParticipant(id: string, facts: Partial<Participant> = {}): Participant {
  return {
    id: id as ParticipantId,
    name: id,
    isLocal: false,
    status: 'live',
    userUrl: '',
    hypertyUrl: '',
    microphone: { source: 'microphone', muted: false, track: undefined },
    camera: { source: 'camera', muted: false, track: undefined },
    ...facts,
  };
}

export interface FakeRoom extends Room {
  /** What `setVisible` was told, in order. */
  readonly visible: readonly ReadonlyMap<ParticipantId, number>[];
  setPeople(others: readonly Participant[]): void;
  setSpeaking(ids: readonly string[]): void;
  end(error: ConferenceError | undefined): void;
}

export function createFakeRoom(localMedia: LocalMedia): FakeRoom {
  const self = aParticipant('self', { isLocal: true });
  const state = signal<RoomState>({ name: 'connected' });
  const participants = signal<readonly Participant[]>([self]);
  const speaking = signal<ReadonlySet<ParticipantId>>(new Set());
  const visible: ReadonlyMap<ParticipantId, number>[] = [];
  return {
    id: 'room' as RoomId,
    localParticipantId: self.id,
    state,
    participants,
    speaking,
    activeSpeaker: signal(undefined),
    topology: signal('sfu' as const),
    localMedia,
    visible,
    setVisible: (heights) => void visible.push(heights),
    leave: async () => undefined,
    getStats: () => Promise.reject(new Error('None.')),
    setPeople: (others) => participants.set([self, ...others]),
    setSpeaking: (ids) => speaking.set(new Set(ids as ParticipantId[])),
    end: (error) => state.set({ name: 'left', error }),
  };
}
