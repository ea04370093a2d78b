/** What a request for a live stream asks for, and whether it is there yet (draft-pantos-hls-rfc8216bis sections 6.2.5.2 and 4.4.5.3). */
import { partTargetMs } from './playlist.ts';
import type { LiveState } from './state.ts';

export type LiveRequest =
  | { readonly kind: 'low-latency'; readonly from: Position | undefined }
  | { readonly kind: 'ordinary' }
  | { readonly kind: 'init'; readonly init: number }
  | { readonly kind: 'segment'; readonly number: number }
  | { readonly kind: 'part'; readonly number: number; readonly part: number }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' };

/** From which on the playlist is wanted. Without a part: the whole segment. */
export interface Position {
  readonly number: number;
  readonly part: number | undefined;
}

const mediaNames = /^(?:init-(\d{1,9})\.mp4|segment-(\d{1,9})\.m4s|part-(\d{1,9})-(\d{1,9})\.m4s)$/;

/** @param path Below the stream's own address, without a slash in front. */
export function parseLiveRequest(path: string, query: URLSearchParams): LiveRequest {
  if (path === 'live.m3u8') return parseLowLatency(query);
  if (path === 'ordinary.m3u8') return { kind: 'ordinary' };
  const [, init, segment, ofSegment, part] = mediaNames.exec(path) ?? [];
  if (init !== undefined) return { kind: 'init', init: Number(init) };
  if (segment !== undefined) return { kind: 'segment', number: Number(segment) };
  if (part !== undefined) return { kind: 'part', number: Number(ofSegment), part: Number(part) };
  return { kind: 'unknown' };
}

/** Directives of others are left out; a part without a segment is a mistake. */
function parseLowLatency(query: URLSearchParams): LiveRequest {
  const [number, part] = ['_HLS_msn', '_HLS_part'].map((name) => query.get(name) ?? undefined);
  if (number === undefined)
    return part === undefined ? { kind: 'low-latency', from: undefined } : { kind: 'malformed' };
  if (![number, part ?? '0'].every((text) => /^\d{1,9}$/.test(text))) return { kind: 'malformed' };
  return {
    kind: 'low-latency',
    from: { number: Number(number), part: part === undefined ? undefined : Number(part) },
  };
}

/** Whether a playlist that has it can be made now, later, or not in any time that is worth waiting. */
export type Availability = 'now' | 'later' | 'too-far';

/** Parts ahead of the last: 3 s of them (section 6.2.5.2, the advance part limit). */
const partsAheadAtMost = Math.ceil(3_000 / partTargetMs);

export function availabilityOf(state: LiveState, { number, part }: Position): Availability {
  const { segments, open, nextNumber } = state;
  // Whoever asks for more than the end is told that it is the end.
  if (state.isEnded) return 'now';
  const lastFinished = segments.at(-1);
  const last = lastFinished?.number ?? -1;
  if (number > last + 2) return 'too-far';
  if (part === undefined) return number <= last ? 'now' : 'later';
  if (number < last) return 'now';
  // Of a part that its segment does not have the first of the next is meant.
  if (number === last && lastFinished !== undefined && part < lastFinished.parts.length) return 'now';
  const wanted = number === last ? { number: number + 1, part: 0 } : { number, part };
  const growing = open?.number ?? nextNumber;
  const there = open?.parts.length ?? 0;
  if (wanted.number > growing) return 'later';
  if (wanted.part < there) return 'now';
  return wanted.part - (there - 1) > partsAheadAtMost ? 'too-far' : 'later';
}

/** Whether a part is there, is the one that comes next, or will never be. */
export function partStateOf(state: LiveState, number: number, part: number): 'finished' | 'next' | 'never' {
  const { open, nextNumber, isEnded } = state;
  const growing = open?.number ?? nextNumber;
  const there = open?.parts.length ?? 0;
  if (number < growing || (number === growing && part < there)) return 'finished';
  return !isEnded && number === growing && part === there ? 'next' : 'never';
}
