/**
 * Keeps what is live, and answers requests for it: an HTTP server only has to pass them on. Knows nothing of FFmpeg, so that it can be in
 * another process than what encodes.
 */
import { concatenate } from '../picture/codec.ts';
import { readInitSection } from './init-section.ts';
import { formatLowLatency, formatMultivariant, formatOrdinary, targetSeconds } from './playlist.ts';
import { availabilityOf, type LiveRequest, parseLiveRequest, partStateOf } from './request.ts';
import {
  advance,
  durationMs,
  emptyLive,
  type LiveEvent,
  type LiveState,
  segmentsInPlaylist,
} from './state.ts';
import { type Waiter, Waits } from './waits.ts';

export interface LiveResponse {
  /** 200; 400 for what makes no sense or is too far ahead; 404; 503 where what was waited for did not come. */
  readonly status: 200 | 400 | 404 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface LiveStoreOptions {
  /** Runs something after so many milliseconds; gives what prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** Of what waits at once: a player waits for one thing or two. */
  readonly waitsPerClient: number;
}

type RequestFor<Kind extends LiveRequest['kind']> = Extract<LiveRequest, { kind: Kind }>;

interface StoredSegment {
  readonly init: number;
  readonly parts: readonly Uint8Array[];
}

/** Milliseconds that a request waits at most: three segments (section 6.2.5.2). */
const waitAtMostMs = 3 * targetSeconds * 1_000;
/** Each is a connection that is held open. Who finds no place is told to come again. */
const waitingAtMost = 10_000;
/** What has left the playlist can be had for as long as the playlist is, and the segment itself (section 6.2.2). */
const segmentsKept = 2 * segmentsInPlaylist + 1;

/** Seconds that caches may keep what they got (appendix B.1): media and answers that were waited for, others, and what is not there. */
const cacheFor = { media: 6 * targetSeconds, playlist: targetSeconds / 2, nothing: 1 } as const;
/** bit/s: a picture that stands still says little of what comes. */
const leastPeakBps = 2_000_000;
/** At most: as the mixer encodes. */
const framesPerSecond = 25;
const [playlistType, mediaType] = ['application/vnd.apple.mpegurl', 'video/mp4'];

export class LiveStore {
  readonly #waits: Waits<LiveResponse>;
  readonly #inits = new Map<number, Uint8Array>();
  readonly #segments = new Map<number, StoredSegment>();
  #state: LiveState = emptyLive;
  /** Written once for all who ask until the next event. */
  #texts: { readonly [Kind in 'low-latency' | 'ordinary']?: Uint8Array } = {};

  constructor({ after, waitsPerClient }: LiveStoreOptions) {
    this.#waits = new Waits({
      after,
      most: waitingAtMost,
      mostOfOneClient: waitsPerClient,
      longestMs: waitAtMostMs,
      tooLate: () => nothing(503),
    });
  }

  handle(event: LiveEvent): void {
    this.#keep(event);
    this.#state = advance(this.#state, event);
    this.#texts = {};
    this.#forget();
    this.#waits.look();
  }

  #keep(event: LiveEvent): void {
    const { open, inits } = this.#state;
    if (event.type === 'stream-began') this.#inits.set(inits + 1, event.init);
    if (event.type === 'part-finished' && open !== undefined) {
      const segment = this.#segments.get(open.number) ?? { init: open.init, parts: [] };
      this.#segments.set(open.number, { ...segment, parts: [...segment.parts, event.data] });
    }
  }

  #forget(): void {
    const { inits, nextNumber } = this.#state;
    for (const number of this.#segments.keys())
      if (number < nextNumber - segmentsKept - 1) this.#segments.delete(number);
    const needed = new Set([...this.#segments.values()].map(({ init }) => init)).add(inits);
    for (const init of this.#inits.keys()) if (!needed.has(init)) this.#inits.delete(init);
  }

  /** Requests that wait. */
  get waits(): number {
    return this.#waits.size;
  }

  /** Whether there is something that players can begin with. */
  get hasBegun(): boolean {
    return this.#state.segments.length > 0;
  }

  /**
   * What players begin with.
   * @param uri Of the playlist that it is to lead to, as seen from here.
   */
  readMultivariant(uri: string): LiveResponse {
    const last = this.#state.segments.at(-1);
    const facts = last && readInitSection(this.#inits.get(last.init) ?? new Uint8Array());
    if (facts === undefined) return nothing(404);
    const text = formatMultivariant({ ...facts, uri, framesPerSecond, peakBps: this.#peakBps() });
    const headers = { 'content-type': playlistType, 'cache-control': 'no-store' };
    return { status: 200, headers, body: new TextEncoder().encode(text) };
  }

  #peakBps(): number {
    const rates = this.#state.segments.map((segment) => {
      const octets = this.#segments.get(segment.number)?.parts.reduce((sum, { length }) => sum + length, 0);
      return ((octets ?? 0) * 8_000) / Math.max(1, durationMs(segment));
    });
    return Math.ceil(Math.max(leastPeakBps, ...rates));
  }

  /** @param path Below the stream's own address, without a slash in front: `live.m3u8`, `ordinary.m3u8`, or what they name. */
  read(path: string, query: URLSearchParams, waiter: Waiter): LiveResponse | Promise<LiveResponse> {
    const request = parseLiveRequest(path, query);
    switch (request.kind) {
      case 'low-latency':
        return this.#readLowLatency(request, waiter);
      case 'ordinary':
        return this.#playlist('ordinary', cacheFor.playlist);
      case 'init':
        return mediaOr404(this.#inits.get(request.init));
      case 'segment':
        return mediaOr404(this.#segment(request.number));
      case 'part':
        return this.#readPart(request, waiter);
      case 'unknown':
        return nothing(404);
      case 'malformed':
        return nothing(400);
    }
  }

  #readLowLatency({ from }: RequestFor<'low-latency'>, waiter: Waiter): LiveResponse | Promise<LiveResponse> {
    if (from === undefined) return this.#playlist('low-latency', cacheFor.playlist);
    const answer = () => {
      const availability = availabilityOf(this.#state, from);
      if (availability === 'too-far') return nothing(400);
      return availability === 'now' ? this.#playlist('low-latency', cacheFor.media) : undefined;
    };
    return this.#wait(answer, waiter);
  }

  #playlist(kind: 'low-latency' | 'ordinary', cacheSeconds: number): LiveResponse {
    // Nobody can begin before there is a segment.
    if (this.#state.segments.length === 0) return nothing(404);
    const format = kind === 'ordinary' ? formatOrdinary : formatLowLatency;
    const text = this.#texts[kind] ?? new TextEncoder().encode(format(this.#state));
    this.#texts = { ...this.#texts, [kind]: text };
    return { status: 200, headers: headersOf(playlistType, cacheSeconds), body: text };
  }

  /** Finished ones only: of one that grows nobody knows the end. */
  #segment(number: number): Uint8Array | undefined {
    const isFinished = number < (this.#state.open?.number ?? this.#state.nextNumber);
    const segment = isFinished ? this.#segments.get(number) : undefined;
    return segment && concatenate(segment.parts);
  }

  #readPart({ number, part }: RequestFor<'part'>, waiter: Waiter): LiveResponse | Promise<LiveResponse> {
    const answer = () => {
      const is = partStateOf(this.#state, number, part);
      if (is === 'never') return nothing(404);
      return is === 'finished' ? mediaOr404(this.#segments.get(number)?.parts[part]) : undefined;
    };
    return this.#wait(answer, waiter);
  }

  #wait(answer: () => LiveResponse | undefined, waiter: Waiter): LiveResponse | Promise<LiveResponse> {
    return answer() ?? this.#waits.enter(answer, waiter) ?? nothing(503);
  }

  /** The end for everybody who waits. May be called more than once. */
  close(): void {
    this.#waits.close();
    this.#inits.clear();
    this.#segments.clear();
    this.#texts = {};
    this.#state = emptyLive;
  }
}

function mediaOr404(body: Uint8Array | undefined): LiveResponse {
  return body === undefined
    ? nothing(404)
    : { status: 200, headers: headersOf(mediaType, cacheFor.media), body };
}

function nothing(status: 400 | 404 | 503): LiveResponse {
  const cache = status === 503 ? { 'cache-control': 'no-store', 'retry-after': '1' } : undefined;
  return {
    status,
    headers: cache ?? { 'cache-control': `max-age=${cacheFor.nothing}` },
    body: new Uint8Array(),
  };
}

function headersOf(type: string, seconds: number): Readonly<Record<string, string>> {
  return { 'content-type': type, 'cache-control': `max-age=${seconds}` };
}
