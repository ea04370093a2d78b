/** Two behind different NATs: which way media takes between them, as the candidates say that it takes. */
import type { NetworkLab, SiteOptions } from '@plenum/testkit/network-lab';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aCertificate } from './harness/certificate.ts';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { MeetingPage } from './harness/meeting-page.ts';
import type { WayReport } from './harness/page-probe.ts';
import { aServer, type TestServer } from './harness/server.ts';

type Topology = 'mesh' | 'sfu' | 'auto';

interface Meeting {
  readonly lab: NetworkLab;
  readonly server: TestServer;
  /** What lets the page have a camera. */
  readonly flags: readonly string[];
  readonly topology: Topology;
}

async function aMeeting(topology: Topology, flags: readonly string[] = []): Promise<Meeting> {
  const lab = await aNetworkLab();
  const server = await aServer({ host: lab.address, flags });
  return { lab, server, topology, flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] };
}

/** Pages by HTTPS and the relay by TLS, each on port 443 of an address of its own. */
async function aSecureMeeting(topology: Topology): Promise<Meeting> {
  const lab = await aNetworkLab();
  const relay = await lab.anotherAddress();
  const { cert, key, browserFlag } = aCertificate(lab.address, relay);
  const secure = ['--port', '443', '--tls-cert', cert, '--tls-key', key];
  const relayFlags = ['--relay-host', relay, '--relay-tls-port', '443'];
  const server = await aServer({ host: lab.address, flags: [...secure, ...relayFlags] });
  return { lab, server, topology, flags: [browserFlag] };
}

async function join({ lab, server, flags, topology }: Meeting, sites: Readonly<Record<string, SiteOptions>>) {
  const people = new Map<string, MeetingPage>();
  for (const [name, options] of Object.entries(sites)) {
    const { launcher } = await lab.site(options);
    const page = await aPage(await aBrowser({ flags, launcher }));
    const person = new MeetingPage(page, server.url, 'standup', {
      query: `?quality=low&topology=${topology}`,
    });
    await person.open();
    await person.join(name);
    people.set(name, person);
  }
  await untilAllSeeAndHear(people);
  return people;
}

/** Of each the way that its only connection takes. */
async function waysOf(
  people: ReadonlyMap<string, MeetingPage>,
): Promise<Readonly<Record<string, WayReport>>> {
  const ways: Record<string, WayReport> = {};
  for (const [name, page] of people) {
    const [way, ...others] = (await page.report()).ways;
    if (way === undefined || others.length > 0) throw new Error(`${name} has not one connection`);
    process.stdout.write(`  ${name}: ${way.local} to ${way.remote} by ${way.carrier}\n`);
    ways[name] = way;
  }
  return ways;
}

const direct = expect.stringMatching(/^(srflx|prflx)$/);
const cone: SiteOptions = { nat: 'cone' };
const symmetric: SiteOptions = { nat: 'symmetric' };
const strict: SiteOptions = { nat: 'cone', egress: 'tcp-443' };

describe.runIf(await canHaveNetworkLab('paths in a mesh'))(
  'between two behind different NATs, in a mesh',
  () => {
    test('that are cones, media goes straight, by what STUN found', async () => {
      const people = await join(await aMeeting('mesh'), { Ann: cone, Ben: cone });
      const way = { local: direct, remote: direct, carrier: 'udp' };
      expect(await waysOf(people)).toEqual({ Ann: way, Ben: way });
    });

    test('that are symmetric, media goes by the relay', async () => {
      const people = await join(await aMeeting('mesh'), { Ann: symmetric, Ben: symmetric });
      // By the relay of one of them or of both, over UDP or TCP: whichever pair the two found first.
      for (const { local, remote } of Object.values(await waysOf(people))) {
        expect([local, remote]).toContain('relay');
      }
    });

    test('one of which lets TCP to port 443 through only, media goes by the relay over TLS', async () => {
      const people = await join(await aSecureMeeting('mesh'), { Ann: cone, Ben: strict });
      expect(await waysOf(people)).toMatchObject({
        Ann: { remote: 'relay' },
        Ben: { local: 'relay', carrier: 'tls' },
      });
    });

    test('that are symmetric, and without a relay, a room that may change over goes to the media server', async () => {
      const meeting = await aMeeting('auto', ['--relay', 'off']);
      const people = await join(meeting, { Ann: symmetric, Ben: symmetric });
      await expect
        .poll(() => meeting.server.counts(), { timeout: 30_000 })
        .toMatchObject({
          participants: 2,
          transports: 2,
          connectionObjects: 4,
        });
      await untilAllSeeAndHear(people);
      const way = { local: direct, remote: 'host', carrier: 'udp' };
      expect(await waysOf(people)).toEqual({ Ann: way, Ben: way });
    });
  },
);

describe.runIf(await canHaveNetworkLab('paths to the media server'))('to the media server', () => {
  test.each(['cone', 'symmetric'] as const)(
    'from behind NATs that are %s, media goes straight',
    async (nat) => {
      const people = await join(await aMeeting('sfu'), { Ann: { nat }, Ben: { nat } });
      const way = { local: direct, remote: 'host', carrier: 'udp' };
      expect(await waysOf(people)).toEqual({ Ann: way, Ben: way });
    },
  );

  test('from where TCP to port 443 is let through only, media goes by the relay over TLS', async () => {
    const people = await join(await aSecureMeeting('sfu'), { Ann: cone, Ben: strict });
    expect(await waysOf(people)).toEqual({
      Ann: { local: direct, remote: 'host', carrier: 'udp' },
      Ben: { local: 'relay', remote: 'host', carrier: 'tls' },
    });
  });
});
