/** Drawn people. */
import type { Participant, ParticipantId, Role } from '@plenum/client';
import { createFakePicture, type FakePicture } from './fake-picture.ts';
import { createFakeScreen } from './fake-screen.ts';

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

const everySource = ['microphone', 'camera', 'screen', 'screen-audio'] as const;

export function sourcesOf(role: Role): Participant['mayPublish'] {
  return role === 'listener' ? [] : everySource;
}

export function fakeSelf(name: string, role: Role): Participant {
  return {
    id: 'self' as ParticipantId,
    name,
    isLocal: true,
    status: 'live',
    role,
    hand: undefined,
    mayPublish: sourcesOf(role),
    userUrl: '',
    hypertyUrl: '',
    microphone: { source: 'microphone', muted: false, mutedBy: undefined, track: undefined },
    camera: { source: 'camera', muted: false, mutedBy: undefined, track: undefined },
    screen: undefined,
    screenAudio: undefined,
  };
}

export interface FakePerson {
  readonly participant: Participant;
  readonly picture: FakePicture | undefined;
}

export function createFakePeople(query: URLSearchParams): readonly FakePerson[] {
  const count = Number(query.get('n') ?? 5);
  return Array.from({ length: count - 1 }, (_, index) => {
    const hasPicture = !query.has('off') && index % 5 !== 3;
    const picture = hasPicture ? createFakePicture(index, index % 7 === 5) : undefined;
    return { participant: fakeParticipant(query, index, picture), picture };
  });
}

function fakeParticipant(
  query: URLSearchParams,
  index: number,
  picture: FakePicture | undefined,
): Participant {
  const special = specialNames[query.get('names') ?? ''] ?? [];
  const isFirst = index === 0;
  const hasHand = index > 0 && index <= Number(query.get('hands') ?? 0);
  const [sound] = new AudioContext().createMediaStreamDestination().stream.getAudioTracks();
  const isMuted = index % 3 === 0;
  const role = roleOf(index);
  return {
    id: `p${index}` as ParticipantId,
    name: special[index] ?? names[index % names.length] ?? 'Somebody',
    isLocal: false,
    status:
      isFirst && query.has('gone')
        ? 'reconnecting'
        : isFirst && query.has('unreachable')
          ? 'unreachable'
          : 'live',
    role,
    hand: hasHand ? new Date(Date.now() - ((index * 7) % 5) * 1_000).toISOString() : undefined,
    mayPublish: sourcesOf(role),
    userUrl: '',
    hypertyUrl: '',
    microphone: {
      source: 'microphone',
      muted: isMuted,
      mutedBy: undefined,
      track: isMuted ? undefined : sound,
    },
    camera: {
      source: 'camera',
      muted: picture === undefined,
      mutedBy: undefined,
      track: picture?.track,
    },
    screen: sharesScreen(query, index)
      ? { source: 'screen', muted: false, mutedBy: undefined, track: createFakeScreen(index) }
      : undefined,
    screenAudio: undefined,
  };
}

/** As many of the first as the query says. */
function sharesScreen(query: URLSearchParams, index: number): boolean {
  return index < Number(query.get('shares') ?? 0);
}

function roleOf(index: number): Role {
  if (index === 0) return 'owner';
  if (index === 2) return 'moderator';
  return index === 3 ? 'listener' : 'participant';
}
