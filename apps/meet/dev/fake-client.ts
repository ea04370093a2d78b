/** A conference of drawn people. */
import {
  type ConferenceClientApi,
  ConferenceError,
  type ErrorCode,
  isErrorCode,
  type JoinOptions,
  type Participant,
  type ParticipantId,
  type Room,
  type RoomId,
  type RoomState,
} from '@plenum/client';
import { signal } from '../src/state/signal.ts';
import { createFakeLocalMedia } from './fake-local-media.ts';
import { createFakePicture, type FakePicture } from './fake-picture.ts';

const names =
  'Ben Carter|Chiara Rossi|Dimitri Volkov|Emeka Obi|Fatima Zahra|Greta Lund|Hiro Tanaka|Ines Duarte|Jonas Weber|Kemal Aydın|Lucía Fernández|Mei-Ling Chen|Nora|Oskar Nyström|Priya Raman|Quentin Moreau|Rania|Sven Østergård|Tomás|Uma Patel|Viktor|Wanda Nowak|Xavier Dubois|Yara|Zoë|李小龙|Adaeze|Björn|Carmen'.split(
    '|',
  );
const specialNames: Readonly<Record<string, readonly string[]>> = {
  long: [
    'Maximiliana Konstantinopolitanskaya-Featherstonehaugh of the Northern Regional Office',
    'Wolfeschlegelsteinhausenbergerdorff',
  ],
  rtl: ['محمد بن عبد الله', 'נועה כהן'],
};

function codeOf(query: URLSearchParams, key: string): ErrorCode | undefined {
  const code = query.get(key);
  return code !== null && isErrorCode(code) ? code : undefined;
}

export function createFakeClient(query: URLSearchParams): ConferenceClientApi {
  return {
    connect: async () => undefined,
    async joinRoom(_room, options) {
      await new Promise((resolve) => setTimeout(resolve, Number(query.get('delay') ?? 100)));
      const code = codeOf(query, 'fail');
      if (code !== undefined) throw new ConferenceError(code);
      return createFakeRoom(query, options);
    },
    leaveRoom: async () => undefined,
    onNewParticipant: () => () => undefined,
    onParticipantLeft: () => () => undefined,
    close: async () => undefined,
  };
}

function createFakeRoom(query: URLSearchParams, { name, localMedia }: JoinOptions): Room {
  const count = Number(query.get('n') ?? 5);
  const pictures: (FakePicture | undefined)[] = [];
  const others = Array.from({ length: count - 1 }, (_, index) => {
    const hasPicture = !query.has('off') && index % 5 !== 3;
    const picture = hasPicture ? createFakePicture(index, index % 7 === 5) : undefined;
    pictures.push(picture);
    return fakeParticipant(query, index, picture);
  });
  const self = fakeSelf(name);
  const speaking = signal<ReadonlySet<ParticipantId>>(new Set());
  const state = signal<RoomState>({ name: 'connected' });
  const speaker = others[Math.min(1, others.length - 1)];
  if (speaker !== undefined) setTimeout(() => speaking.set(new Set([speaker.id])), 500);
  if (query.has('interrupted')) setTimeout(() => state.set({ name: 'interrupted' }), 300);
  if (query.has('frozen')) setTimeout(() => pictures[0]?.freeze(), 1_000);
  const end = codeOf(query, 'end');
  if (end !== undefined) setTimeout(() => state.set({ name: 'left', error: new ConferenceError(end) }), 300);
  return {
    id: 'room' as RoomId,
    localParticipantId: self.id,
    state,
    participants: signal<readonly Participant[]>([self, ...others]),
    speaking,
    activeSpeaker: signal(speaker?.id),
    topology: signal('sfu' as const),
    localMedia: localMedia ?? createFakeLocalMedia(query),
    setVisible: (heights) => document.body.setAttribute('data-visible', JSON.stringify([...heights])),
    leave: async () => undefined,
    getStats: () => Promise.reject(new Error('No statistics here.')),
  };
}

function fakeSelf(name: string): Participant {
  return {
    id: 'self' as ParticipantId,
    name,
    isLocal: true,
    status: 'live',
    userUrl: '',
    hypertyUrl: '',
    microphone: undefined,
    camera: undefined,
  };
}

function fakeParticipant(
  query: URLSearchParams,
  index: number,
  picture: FakePicture | undefined,
): Participant {
  const special = specialNames[query.get('names') ?? ''] ?? [];
  const isConnecting = query.has('connecting') && index === 0;
  const [sound] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
  return {
    id: `p${index}` as ParticipantId,
    name: special[index] ?? names[index % names.length] ?? 'Somebody',
    isLocal: false,
    status: isConnecting ? 'connecting' : 'live',
    userUrl: '',
    hypertyUrl: '',
    microphone: { source: 'microphone', muted: index % 3 === 0, track: index % 3 === 0 ? undefined : sound },
    camera: {
      source: 'camera',
      muted: picture === undefined,
      track: isConnecting ? undefined : picture?.track,
    },
  };
}
