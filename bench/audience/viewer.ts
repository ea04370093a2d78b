/** Somebody who looks on at a broadcast as a player for low latency does, but shows nothing. */
import { type Agent, get } from 'node:http';

export interface Viewing {
  /** When each playlist came, in milliseconds. */
  readonly playlistsAtMs: number[];
  readonly bytes: { media: number; playlists: number };
  /** Answers other than 200. */
  failures: number;
}

interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

function read(url: URL, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces) }));
      response.on('error', reject);
    }).on('error', reject);
  });
}

/** Where it is at: what comes next, and what is asked for then. */
const hintPattern = /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="(part-(\d+)-(\d+)\.m4s)"/;

/** @param index Of the multivariant playlist. */
export async function lookOn(index: URL, agent: Agent, signal: AbortSignal): Promise<Viewing> {
  const viewing: Viewing = { playlistsAtMs: [], bytes: { media: 0, playlists: 0 }, failures: 0 };
  const count = (answer: Answer, kind: keyof Viewing['bytes']): string => {
    viewing.bytes[kind] += answer.body.length;
    if (answer.status !== 200) viewing.failures += 1;
    return kind === 'playlists' ? answer.body.toString() : '';
  };
  const begin = count(await read(index, agent), 'playlists');
  const playlist = new URL(begin.trim().split('\n').at(-1) ?? '', index);
  let text = count(await read(playlist, agent), 'playlists');
  while (!signal.aborted) {
    const [, part = '', number = '', at = ''] = hintPattern.exec(text) ?? [];
    const next = new URL(playlist);
    if (part !== '') {
      next.searchParams.set('_HLS_msn', number);
      next.searchParams.set('_HLS_part', at);
    }
    const media = part === '' ? undefined : read(new URL(part, playlist), agent);
    const answer = await read(next, agent);
    viewing.playlistsAtMs.push(performance.now());
    text = count(answer, 'playlists');
    if (media !== undefined) count(await media, 'media');
  }
  return viewing;
}
