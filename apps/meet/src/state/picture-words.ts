/** The pictures that come and go by a connection, in words: pure functions of what the SDK reports. */
import type {
  ConnectionPictures,
  IncomingPicture,
  OutgoingPicture,
  ParticipantId,
  PictureAllotment,
  PictureMeasures,
} from '@plenum/client';
import { bitRateWords } from './measure-words.ts';

export interface PictureView {
  /** Undefined of one's own. */
  readonly participantId: ParticipantId | undefined;
  /** Whose it is; undefined of one's own. */
  readonly name: string | undefined;
  readonly source: IncomingPicture['source'];
  readonly state: 'flowing' | 'left-out' | 'waiting' | 'off';
  readonly words: string;
}

export interface PicturesView {
  /** What the server decided for a line that does not carry them all. */
  readonly allotment: string | undefined;
  readonly own: readonly PictureView[];
  readonly incoming: readonly PictureView[];
}

/** @param nameOf Undefined for who is not known; they are somebody. */
export function viewPictures(
  { incoming, outgoing, allotment }: ConnectionPictures,
  nameOf: (id: ParticipantId) => string | undefined,
): PicturesView {
  return {
    allotment: allotment && allotmentWords(allotment, incoming),
    own: outgoing.map(viewOwn),
    incoming: incoming.map((picture) => ({
      participantId: picture.participantId,
      name: nameOf(picture.participantId) ?? 'Somebody',
      source: picture.source,
      state: picture.state,
      words: incomingWords(picture),
    })),
  };
}

function allotmentWords({ availableBps }: PictureAllotment, incoming: readonly IncomingPicture[]): string {
  const line = `Your line was seen to carry about ${bitRateWords(availableBps)}:`;
  const leftOut = incoming.filter(({ state }) => state === 'left-out').length;
  const sent = incoming.length - leftOut;
  if (leftOut === 0) return `${line} pictures are sent to you at their smallest for now.`;
  const back = leftOut === 1 ? 'The other comes back by itself.' : 'The others come back by themselves.';
  const ofThem = sent === 1 ? 'is sent to you, at its smallest' : 'are sent to you, at their smallest';
  return `${line} ${sent} of ${incoming.length} pictures ${ofThem}. ${back}`;
}

function incomingWords(picture: IncomingPicture): string {
  switch (picture.state) {
    case 'left-out':
      return 'left out: the line does not carry it';
    case 'waiting':
      return 'nothing comes now';
    case 'flowing':
      return measureWords(picture) || 'comes';
  }
}

function measureWords({ width, height, framesPerSecond, bps }: PictureMeasures): string {
  return [
    width === undefined || height === undefined ? undefined : `${width} × ${height}`,
    framesPerSecond === undefined ? undefined : `${Math.round(framesPerSecond)} a second`,
    bitRateWords(bps),
  ]
    .filter((words) => words !== undefined)
    .join(', ');
}

function viewOwn(own: OutgoingPicture): PictureView {
  const { source, isOn, sizes } = own;
  const state = !isOn ? 'off' : sizes.length > 0 ? 'flowing' : 'waiting';
  return { participantId: undefined, name: undefined, source, state, words: ownWords(own) };
}

function ownWords({ isOn, sizes, isLargerUnwanted }: OutgoingPicture): string {
  if (!isOn) return 'off';
  if (sizes.length === 0) return 'not sent now';
  const rates = sizes.flatMap(({ bps }) => bps ?? []);
  const rate = bitRateWords(rates.length === 0 ? undefined : rates.reduce((sum, bps) => sum + bps));
  const unwanted = isLargerUnwanted ? '; nobody looks at a larger one' : '';
  return `${['sent', linesWords(sizes)].filter(Boolean).join(' at ')}${rate === undefined ? '' : `, ${rate}`}${unwanted}`;
}

/** Such as `180, 360 and 720 lines`; two sizes of the same height are one. */
function linesWords(sizes: readonly PictureMeasures[]): string | undefined {
  const lines = [...new Set(sizes.flatMap(({ height }) => height ?? []))];
  const last = lines.at(-1);
  if (last === undefined) return undefined;
  const before = lines.slice(0, -1).join(', ');
  return `${before === '' ? '' : `${before} and `}${last} lines`;
}

/** For support: the same lines, without anybody's name. */
export function pictureLines({ allotment, own, incoming }: PicturesView): readonly string[] {
  const lines = [...own, ...incoming].map(({ participantId, source, words }) =>
    participantId === undefined
      ? `Own ${source}: ${words}`
      : `Participant ${participantId}, ${source}: ${words}`,
  );
  return allotment === undefined ? lines : [allotment, ...lines];
}
