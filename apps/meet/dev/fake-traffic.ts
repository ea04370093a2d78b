/** Files in every state, and people who react, for the harness. */
import { ConferenceError, type IncomingFileState, type ParticipantId } from '@plenum/client';
import { anIncomingFile, type createFakeData } from '../src/state/fake-files.ts';

const states: readonly IncomingFileState[] = [
  { name: 'offered' },
  { name: 'receiving', bytes: 1_500_000, pausedBy: undefined },
  { name: 'verified', blob: new Blob(['Here it is.']) },
  { name: 'failed', error: new ConferenceError('file-corrupt') },
];
const fileNames = [
  'Agenda.pdf',
  'Minutes of the meeting of last Tuesday, with all remarks.docx',
  'photo.jpg',
  'data.csv',
];
const emoji = ['👏', '🎉', '❤️', '👍'];

/** `files`: how many are on their way; `reactions`: others react all the time. */
export function playData(query: URLSearchParams, data: ReturnType<typeof createFakeData>): void {
  const count = Number(query.get('files') ?? 0);
  const offer = () => {
    for (const [index, state] of states.slice(0, count).entries()) {
      const about = { id: `file-${index}`, from: 'p0' as ParticipantId, name: fileNames[index] ?? '' };
      data.offer(anIncomingFile(about, state));
    }
  };
  if (count > 0) setTimeout(offer, 500);
  let next = 0;
  const react = () => {
    data.show({ from: `p${next % 3}` as ParticipantId, emoji: emoji[next % emoji.length] ?? '👍' });
    next += 1;
  };
  if (query.has('reactions')) setInterval(react, 400);
}
