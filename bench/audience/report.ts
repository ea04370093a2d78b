/** What came to a crowd that looked on, in a few figures. */
import type { Viewing } from './viewer.ts';

export interface CrowdReport {
  readonly people: number;
  /** Who could not go on. */
  readonly lost: number;
  /** Answers other than 200. */
  readonly failures: number;
  /** Of everything that came, for each of them, in kbit/s. */
  readonly kbps: number;
  readonly playlistsPerSecond: number;
  /** Milliseconds between two playlists of one of them: a part is 320. */
  readonly gapMs: { readonly median: number; readonly p99: number; readonly longest: number };
}

export function reportOn(settled: readonly PromiseSettledResult<Viewing>[], lastedMs: number): CrowdReport {
  const viewings = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const gaps = viewings.flatMap(({ playlistsAtMs }) => gapsIn(playlistsAtMs)).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(gaps[Math.floor(share * (gaps.length - 1))] ?? 0);
  const total = (of: (viewing: Viewing) => number) => viewings.reduce((sum, one) => sum + of(one), 0);
  const bytes = total((one) => one.bytes.media + one.bytes.playlists);
  return {
    people: settled.length,
    lost: settled.length - viewings.length,
    failures: total((one) => one.failures),
    kbps: Math.round((bytes * 8) / lastedMs / Math.max(1, viewings.length)),
    playlistsPerSecond: Math.round((1_000 * total((one) => one.playlistsAtMs.length)) / lastedMs),
    gapMs: { median: at(0.5), p99: at(0.99), longest: at(1) },
  };
}

function gapsIn(times: readonly number[]): readonly number[] {
  return times.slice(1).map((time, index) => time - (times[index] ?? time));
}
