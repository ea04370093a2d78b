/** A device that does not keep up, or does, by what its browser says of a picture that comes. */
import type { View } from '@plenum/protocol';
import { numberIn, type Stat, type Stats } from '../connections/stats.ts';
import { aServer, joins, pass, type Server } from '../testing/call-fixture.ts';

export interface VideoCounts {
  readonly received: number;
  readonly decoded: number;
  readonly decodeMs: number;
}

export function aVideoStat(id: string, { received, decoded, decodeMs }: VideoCounts): Stat {
  return {
    id,
    type: 'inbound-rtp',
    kind: 'video',
    framesReceived: received,
    framesDecoded: decoded,
    totalDecodeTime: decodeMs / 1_000,
  };
}

/** Per second, of thirty frames that come. */
const paces = {
  'at ease': { decoded: 30, decodeMs: 3 },
  behind: { decoded: 12, decodeMs: 20 },
};

/** How a link's device keeps up, from now on and while it lasts. */
export async function is(
  server: Server,
  link: { stats: Stats },
  pace: keyof typeof paces,
  ms: number,
): Promise<void> {
  const { decoded, decodeMs } = paces[pace];
  const before = link.stats.get('picture');
  const countOf = (member: string) => numberIn(before, member) ?? 0;
  for (let passed = 250; passed <= ms; passed += 250) {
    const seconds = passed / 1_000;
    const counts = {
      received: countOf('framesReceived') + seconds * 30,
      decoded: countOf('framesDecoded') + seconds * decoded,
      decodeMs: countOf('totalDecodeTime') * 1_000 + seconds * decoded * decodeMs,
    };
    link.stats = new Map([['picture', aVideoStat('picture', counts)]]);
    await pass(server, 250);
  }
}

/** Ann among others, linked with the media server. She wants each by themselves, unless it is said otherwise. */
export async function aStar(others: readonly string[], view: View = 'streams') {
  const server = await aServer();
  const ann = await joins(server, 'Ann', { view });
  for (const name of others) await joins(server, name);
  await pass(server, 250);
  const [link] = ann.links;
  if (link === undefined) throw new Error('there is no link');
  await is(server, link, 'at ease', 6_000);
  return { server, ann, link };
}
