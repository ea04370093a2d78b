/** Recordings in words. */
import type { Recording } from '@plenum/client';
import { timeWords } from './time-words.ts';

type Part = Recording['parts'][number];

const sourceWords: Readonly<Record<NonNullable<Part['source']>, string>> = {
  camera: 'camera',
  microphone: 'microphone',
  screen: 'screen',
  'screen-audio': 'sound of the screen',
};

/** Such as `10:04`; `10:04, part 2` where there is more than one of everybody; `10:04, Ann: camera` of one source. */
export function recordingTitle(
  { startedAt, parts }: Pick<Recording, 'startedAt' | 'parts'>,
  part: Part,
  now: Date,
  locale?: string,
): string {
  const time = timeWords(startedAt, now, locale);
  if (part.source !== undefined) return `${time}, ${part.participant ?? ''}: ${sourceWords[part.source]}`;
  const ofAll = parts.filter(({ source }) => source === undefined);
  return ofAll.length > 1 ? `${time}, part ${ofAll.indexOf(part) + 1}` : time;
}

/** What the file is called where it is saved. */
export function fileNameOf({ name, participant }: Part): string {
  return participant === undefined ? name : `${participant} ${name}`;
}

/** Such as `1:05:09`. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
