/** Recordings in words. */
import type { Recording } from '@plenum/client';
import { timeWords } from './time-words.ts';

/** Such as `10:04`, or `10:04, part 2` where there is more than one. */
export function recordingTitle(
  { startedAt, parts }: Pick<Recording, 'startedAt' | 'parts'>,
  index: number,
  now: Date,
  locale?: string,
): string {
  const time = timeWords(startedAt, now, locale);
  return parts.length > 1 ? `${time}, part ${index + 1}` : time;
}

/** Such as `1:05:09`. */
export function durationWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
