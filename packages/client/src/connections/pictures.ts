/** The pictures that come and go by a connection: who is to come by it, and what a browser's statistics say of each. */
import type { ConnectionData, ParticipantId, Source } from '@plenum/protocol';
import { numberIn, type Stat, type Stats, statsOf, textIn } from './stats.ts';

export type PictureSource = Extract<Source, 'camera' | 'screen'>;

/** What a browser does not say is undefined. */
export interface PictureMeasures {
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly framesPerSecond: number | undefined;
  /** bit/s between the last two looks; undefined before the second. */
  readonly bps: number | undefined;
}

export interface IncomingPicture extends PictureMeasures {
  readonly participantId: ParticipantId;
  readonly source: PictureSource;
  /** `left-out`: the line does not carry it; `waiting`: it is to come, and nothing of it does. */
  readonly state: 'flowing' | 'left-out' | 'waiting';
}

export interface OutgoingPicture {
  readonly source: PictureSource;
  /** Whether there is one to be sent. */
  readonly isOn: boolean;
  /** Those in which it is sent, the smallest first: to the media server several at once. */
  readonly sizes: readonly PictureMeasures[];
  /** Whether a larger one could be sent, and nobody looks at it. */
  readonly isLargerUnwanted: boolean;
}

/** What the media server decided for a line that does not carry all pictures. */
export type PictureAllotment = Readonly<NonNullable<ConnectionData['allotment']>>;

export interface ConnectionPictures {
  readonly incoming: readonly IncomingPicture[];
  readonly outgoing: readonly OutgoingPicture[];
  /** Undefined where all are sent, and of connections straight to others. */
  readonly allotment: PictureAllotment | undefined;
}

export const noPictures: ConnectionPictures = { incoming: [], outgoing: [], allotment: undefined };

/** What is to come and go by a connection, as the room and the two ends of it say. */
export interface CarriedPictures {
  readonly incoming: readonly CarriedPicture[];
  readonly outgoing: readonly OwnPicture[];
  readonly allotment: PictureAllotment | undefined;
}

export interface CarriedPicture extends Pick<IncomingPicture, 'participantId' | 'source'> {
  /** Of the m-line that carries it. */
  readonly mid: string;
  readonly isLeftOut: boolean;
}

export interface OwnPicture extends Omit<OutgoingPicture, 'sizes'> {
  readonly mid: string;
}

export const nothingCarried: CarriedPictures = { incoming: [], outgoing: [], allotment: undefined };

/** Bytes of each stream of media, by the id of its statistics. */
export interface StreamCount {
  /** Of the monotonic clock, milliseconds. */
  readonly atMs: number;
  readonly bytes: ReadonlyMap<string, number>;
}

/** Of `inbound-rtp` and `outbound-rtp` (W3C WebRTC Statistics sections 8.5 and 8.7). */
export function countStreams(stats: Stats, atMs: number): StreamCount {
  const counted = [
    ...statsOf(stats, 'inbound-rtp').map((stat) => [stat.id, numberIn(stat, 'bytesReceived')] as const),
    ...statsOf(stats, 'outbound-rtp').map((stat) => [stat.id, numberIn(stat, 'bytesSent')] as const),
  ];
  return {
    atMs,
    bytes: new Map(counted.flatMap(([id, bytes]) => (bytes === undefined ? [] : [[id, bytes]]))),
  };
}

/** @param before Of the look before; undefined at the first. */
export function describePictures(
  carried: CarriedPictures,
  stats: Stats,
  before: StreamCount | undefined,
  now: StreamCount,
): ConnectionPictures {
  const inbound = statsOf(stats, 'inbound-rtp');
  const outbound = statsOf(stats, 'outbound-rtp');
  const flowsOn = (mid: string, streams: readonly Stat[]) =>
    streams
      .filter((stat) => textIn(stat, 'mid') === mid)
      .flatMap((stat) => measureFlow(stat, before, now) ?? []);
  return {
    incoming: carried.incoming.map(({ mid, isLeftOut, ...whose }) => {
      // A slot that was filled anew has another stream beside the one before.
      const flow = isLeftOut ? undefined : flowsOn(mid, inbound).at(-1);
      if (flow !== undefined) return { ...whose, state: 'flowing', ...flow };
      return { ...whose, state: isLeftOut ? 'left-out' : 'waiting', ...unmeasured };
    }),
    outgoing: carried.outgoing.map(({ mid, ...own }) => {
      const sizes = own.isOn ? flowsOn(mid, outbound) : [];
      return { ...own, sizes: sizes.toSorted((a, b) => (a.height ?? 0) - (b.height ?? 0)) };
    }),
    allotment: carried.allotment,
  };
}

const unmeasured: PictureMeasures = {
  width: undefined,
  height: undefined,
  framesPerSecond: undefined,
  bps: undefined,
};

/** Undefined where nothing goes. */
function measureFlow(
  stat: Stat,
  before: StreamCount | undefined,
  now: StreamCount,
): PictureMeasures | undefined {
  // Of what is sent Firefox does not say it: by what is switched off no bytes go.
  if (stat['active'] === false) return undefined;
  const bytes = now.bytes.get(stat.id) ?? 0;
  const bytesBefore = before?.bytes.get(stat.id);
  const elapsedMs = now.atMs - (before?.atMs ?? now.atMs);
  const isCompared = bytesBefore !== undefined && elapsedMs > 0;
  // Of a stream that is seen for the first time it counts whether there are frames of it now.
  const isFlowing = isCompared ? bytes > bytesBefore : bytes > 0 && stat['framesPerSecond'] !== 0;
  if (!isFlowing) return undefined;
  return {
    width: positiveIn(stat, 'frameWidth'),
    height: positiveIn(stat, 'frameHeight'),
    framesPerSecond: positiveIn(stat, 'framesPerSecond'),
    bps: isCompared ? Math.round(((bytes - bytesBefore) * 8 * 1000) / elapsedMs) : undefined,
  };
}

/** Zero is what Firefox says of what it has not measured. */
function positiveIn(stat: Stat, member: string): number | undefined {
  return numberIn(stat, member) || undefined;
}
