/** What the start-up prints: the link first, then what runs and where. */

export interface StartFacts {
  readonly url: string;
  readonly workerDescription: string;
  readonly media: readonly { readonly ip: string; readonly announcedAddress?: string | undefined }[];
  readonly mediaPorts: { readonly from: number; readonly to: number };
  /** Where it listens; undefined where there is none. */
  readonly relay?: string | undefined;
  /** Where whole recordings go; undefined where they stay in the data folder. */
  readonly recordings?: string | undefined;
  /** What the person should know before inviting others. */
  readonly notices: readonly string[];
}

export function formatAnnouncement(facts: StartFacts, startedInMs: number, hasColour: boolean): string {
  const { from, to } = facts.mediaPorts;
  const ports = from === to ? `port ${from}` : `ports ${from}-${to}`;
  const rows = [
    ['media worker', facts.workerDescription],
    ['media', `UDP and TCP ${ports} on ${facts.media.map(formatAddress).join(', ')}`],
    ...(facts.relay === undefined ? [] : [['relay', facts.relay]]),
    ...(facts.recordings === undefined ? [] : [['recordings', facts.recordings]]),
    ['started in', `${(startedInMs / 1000).toFixed(1)} s`],
  ];
  const lines = rows.map(([name = '', value]) => `  ${name.padEnd(14)}${value}`);
  const notices = facts.notices.map((notice) => `\n  Note: ${notice}\n`);
  return `\n  Plenum is ready: ${emphasize(facts.url, hasColour)}\n\n${lines.join('\n')}\n${notices.join('')}\n`;
}

function formatAddress({ ip, announcedAddress }: StartFacts['media'][number]): string {
  return announcedAddress === undefined ? ip : `${ip} (announced as ${announcedAddress})`;
}

/** Bold and underlined (ECMA-48 SGR). */
function emphasize(text: string, hasColour: boolean): string {
  return hasColour ? `\x1b[1;4m${text}\x1b[0m` : text;
}
