/** Reads a browser's statistics (W3C WebRTC Statistics). What a browser does not say is undefined, never a guess. */

export interface Stat {
  readonly id: string;
  readonly type: string;
  readonly [member: string]: unknown;
}

/** An `RTCStatsReport`, or one that was recorded. */
export type Stats = ReadonlyMap<string, Stat>;

export function statsOf(stats: Stats, type: string): readonly Stat[] {
  return [...stats.values()].filter((stat) => stat.type === type);
}

/** An empty text is what Chromium says for a name that it keeps to itself. */
export function textIn(stat: Stat | undefined, member: string): string | undefined {
  const value = stat?.[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberIn(stat: Stat | undefined, member: string): number | undefined {
  const value = stat?.[member];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function oneOf<T extends string>(known: readonly T[], value: string | undefined): T | undefined {
  return known.find((one) => one === value);
}

/** Undefined where no statistic says it. */
export function sumOf(stats: readonly Stat[], member: string): number | undefined {
  const said = stats.map((stat) => numberIn(stat, member)).filter((value) => value !== undefined);
  return said.length === 0 ? undefined : said.reduce((sum, value) => sum + value, 0);
}

/** The two candidates that media goes between. Firefox has no statistics of the transport, and marks the pair. */
export function selectedPair(stats: Stats): Stat | undefined {
  const ids = statsOf(stats, 'transport').map((transport) => textIn(transport, 'selectedCandidatePairId'));
  const [named] = ids.flatMap((id) => (id === undefined ? [] : [stats.get(id)]));
  return named ?? statsOf(stats, 'candidate-pair').find((pair) => pair['selected'] === true);
}
