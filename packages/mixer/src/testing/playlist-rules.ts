/** What draft-pantos-hls-rfc8216bis asks of a media playlist of a live stream, as a check of its text. */

interface Read {
  readonly lines: readonly string[];
  readonly target: number;
  readonly partTarget: number | undefined;
  readonly sequence: number;
  readonly segments: readonly { readonly seconds: number; readonly parts: readonly Part[] }[];
  /** Behind the last segment. */
  readonly openParts: readonly Part[];
}

interface Part {
  readonly seconds: number;
  readonly isIndependent: boolean;
  readonly uri: string;
}

/** The rules that it breaks, in words; none for a playlist that is right. */
export function brokenRules(text: string): readonly string[] {
  const playlist = read(text);
  return rules.filter(([, holds]) => !holds(playlist, text)).map(([rule]) => rule);
}

function read(text: string): Read {
  const lines = text.split('\n').filter((line) => line !== '');
  const segments: { seconds: number; parts: Part[] }[] = [];
  let parts: Part[] = [];
  for (const line of lines) {
    if (line.startsWith('#EXT-X-PART:')) parts.push(partOf(line));
    if (!line.startsWith('#EXTINF:')) continue;
    segments.push({ seconds: Number.parseFloat(line.slice(8)), parts });
    parts = [];
  }
  return {
    lines,
    target: Number(tagValue(lines, '#EXT-X-TARGETDURATION:')),
    partTarget: attribute(lines, '#EXT-X-PART-INF:', 'PART-TARGET'),
    sequence: Number(tagValue(lines, '#EXT-X-MEDIA-SEQUENCE:')),
    segments,
    openParts: parts,
  };
}

function partOf(line: string): Part {
  return {
    seconds: Number(/DURATION=([\d.]+)/.exec(line)?.[1]),
    isIndependent: line.includes('INDEPENDENT=YES'),
    uri: /URI="([^"]*)"/.exec(line)?.[1] ?? '',
  };
}

function tagValue(lines: readonly string[], tag: string): string | undefined {
  return lines.find((line) => line.startsWith(tag))?.slice(tag.length);
}

function attribute(lines: readonly string[], tag: string, name: string): number | undefined {
  const value = new RegExp(`(?:^|,)${name}=([\\d.]+)`).exec(tagValue(lines, tag) ?? '')?.[1];
  return value === undefined ? undefined : Number(value);
}

const control = '#EXT-X-SERVER-CONTROL:';
const about = (one: number, other: number) => Math.abs(one - other) < 0.001;

const rules: readonly (readonly [string, (playlist: Read, text: string) => boolean])[] = [
  [
    '4.1: lines end with a line feed, without a byte order mark',
    (_, text) => /^#EXTM3U\n[^\r]*\n$/.test(text),
  ],
  [
    '4.4.3.1: no segment is longer than the target, rounded',
    ({ segments, target }) => segments.every(({ seconds }) => Math.round(seconds) <= target),
  ],
  ['4.4.3.2: a media sequence number', ({ sequence }) => Number.isInteger(sequence) && sequence >= 0],
  [
    '4.4.3.2: it comes before the first segment',
    ({ lines }) =>
      lines.findIndex((line) => line.startsWith('#EXT-X-MEDIA-SEQUENCE:')) <
      lines.findIndex((line) => !line.startsWith('#')),
  ],
  [
    '4.4.1.2 and 8: version 6 or later for the initialization section',
    ({ lines }) => Number(tagValue(lines, '#EXT-X-VERSION:')) >= 6,
  ],
  [
    '4.4.4.5: an initialization section before the first segment',
    ({ lines }) =>
      lines.findIndex((line) => line.startsWith('#EXT-X-MAP:')) <
      lines.findIndex((line) => line.startsWith('#EXTINF:')),
  ],
  [
    '4.4.4.3: a discontinuity has an initialization section of its own',
    ({ lines }) =>
      lines.every(
        (line, index) =>
          line !== '#EXT-X-DISCONTINUITY' || lines[index + 1]?.startsWith('#EXT-X-MAP:') === true,
      ),
  ],
  [
    '4.4.4.6: dates in ISO 8601, with a time zone',
    ({ lines }) =>
      lines
        .filter((line) => line.startsWith('#EXT-X-PROGRAM-DATE-TIME:'))
        .every((line) => /:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(line)),
  ],
  [
    '4.4.3.7: parts have a target',
    ({ lines, partTarget }) =>
      !lines.some((line) => line.startsWith('#EXT-X-PART:')) || partTarget !== undefined,
  ],
  [
    '4.4.3.8: a hold-back of parts where there are parts, twice their target or more',
    ({ lines, partTarget }) =>
      partTarget === undefined || (attribute(lines, control, 'PART-HOLD-BACK') ?? 0) >= 2 * partTarget,
  ],
  [
    '4.4.3.8: a hold-back of three targets or more',
    ({ lines, target }) => (attribute(lines, control, 'HOLD-BACK') ?? 3 * target) >= 3 * target,
  ],
  [
    '4.4.4.9: no part is longer than the parts’ target',
    ({ segments, openParts, partTarget = 0 }) =>
      [...segments.flatMap(({ parts }) => parts), ...openParts].every(
        ({ seconds }) => seconds <= partTarget + 0.000_01,
      ),
  ],
  [
    '4.4.4.9: all parts but a segment’s last are as long as 85 % of the target',
    ({ segments, openParts, partTarget = 0 }) =>
      [...segments.flatMap(({ parts }) => parts.slice(0, -1)), ...openParts].every(
        ({ seconds }) => seconds >= 0.85 * partTarget,
      ),
  ],
  [
    '4.4.4.9: a segment is as long as its parts',
    ({ segments }) =>
      segments.every(
        ({ seconds, parts }) =>
          parts.length === 0 ||
          about(
            seconds,
            parts.reduce((sum, part) => sum + part.seconds, 0),
          ),
      ),
  ],
  [
    '4.4.2.1: with independent segments each begins with an independent part',
    ({ segments, openParts }) =>
      [...segments.map(({ parts }) => parts), openParts].every(
        ([first]) => first === undefined || first.isIndependent,
      ),
  ],
  [
    '4.4.4.9: parts are listed for three targets before the end, and no further',
    ({ segments, openParts, target, partTarget }) => {
      const length = (parts: readonly Part[]) => parts.reduce((sum, { seconds }) => sum + seconds, 0);
      const distances = segments.map((_, index) =>
        segments.slice(index + 1).reduce((sum, { seconds }) => sum + seconds, length(openParts)),
      );
      return segments.every(
        ({ parts }, index) =>
          parts.length > 0 === (partTarget !== undefined && (distances[index] ?? 0) <= 3 * target),
      );
    },
  ],
  [
    '4.4.5.3: a hint at what comes next, in a live playlist with parts, and in no other',
    ({ lines, partTarget }) => {
      const isLive = !lines.includes('#EXT-X-ENDLIST');
      const hints = lines.filter((line) => line.startsWith('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="'));
      return hints.length === (isLive && partTarget !== undefined ? 1 : 0);
    },
  ],
  ['4.4.3.4: nothing comes after the end', ({ lines }) => !lines.slice(0, -1).includes('#EXT-X-ENDLIST')],
  [
    'nothing is named twice',
    ({ lines }) => {
      const named = lines.flatMap((line) =>
        line.startsWith('#') ? (/URI="([^"]*)"/.exec(line)?.[1] ?? []) : line,
      );
      return new Set(named).size === named.length;
    },
  ],
];
