/** Each kind of network, as two or three people with UDP sockets find it. */
import { describe, expect, test } from 'vitest';
import type { NetworkLab } from './network-lab.ts';
import type { SiteOptions } from './site.ts';
import { aNetworkLab, canHaveNetworkLab } from './testing/a-network-lab.ts';
import { NetworkAgent } from './testing/network-agent.ts';

/** Three on public addresses, of which nobody is behind anything. */
async function anInternet() {
  const lab = await aNetworkLab();
  const addresses = [lab.address, await lab.anotherAddress(), await lab.anotherAddress()] as const;
  const start = (address: string) => NetworkAgent.start({ address });
  const [server, other, stranger] = await Promise.all([
    start(addresses[0]),
    start(addresses[1]),
    start(addresses[2]),
  ]);
  return { lab, server, other, stranger };
}

async function aPersonAt(lab: NetworkLab, options: SiteOptions) {
  const site = await lab.site(options);
  const person = await NetworkAgent.start({ launcher: site.launcher });
  return { site, person };
}

/** What two people who know each other's mapped address from the server hear of each other. */
async function punchHoles(options: SiteOptions) {
  const { lab, server } = await anInternet();
  const { person: ann } = await aPersonAt(lab, options);
  const { person: ben } = await aPersonAt(lab, options);
  const annSeen = await ann.reaches(server);
  const benSeen = await ben.reaches(server);
  for (let attempt = 0; attempt < 5; attempt++) {
    await ann.send(benSeen, 'ann');
    await ben.send(annSeen, 'ben');
  }
  // What was sent before has arrived before, if at all.
  await ann.reaches(server);
  await ben.reaches(server);
  await server.send(annSeen, 'end');
  await server.send(benSeen, 'end');
  await Promise.all([ann.receives('end'), ben.receives('end')]);
  return { ann: await ann.texts(), ben: await ben.texts() };
}

describe.runIf(await canHaveNetworkLab('the network laboratory'))('the network laboratory', () => {
  test('without a NAT everybody reaches the client, as who it is', async () => {
    const { lab, server, stranger } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'none' });
    expect(site.address).toBe(site.publicAddress);
    const seen = await person.reaches(server);
    expect(seen).toMatch(`${site.address}:`);
    await stranger.send(seen, 'hello');
    expect(await person.receives('hello')).toBe(stranger.endpoint);
  });

  test('a cone NAT has one port for all, and lets everybody in by it', async () => {
    const { lab, server, other, stranger } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'cone' });
    const seen = await person.reaches(server);
    expect(seen).toMatch(`${site.publicAddress}:`);
    expect(site.address).not.toBe(site.publicAddress);
    expect(await person.reaches(other)).toBe(seen);
    await stranger.send(seen, 'hello');
    expect(await person.receives('hello')).toBe(stranger.endpoint);
  });

  test('a symmetric NAT has a port for each, and lets nobody else in by it', async () => {
    const { lab, server, other, stranger } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'symmetric' });
    const seen = await person.reaches(server);
    expect(seen).toMatch(`${site.publicAddress}:`);
    expect(await person.reaches(other)).not.toBe(seen);
    await stranger.send(seen, 'hello');
    await server.send(seen, 'end');
    await person.receives('end');
    expect(await person.texts()).not.toContain('hello');
  });

  test('two behind cones reach each other directly', async () => {
    const heard = await punchHoles({ nat: 'cone' });
    expect(heard.ann).toContain('ben');
    expect(heard.ben).toContain('ann');
  });

  test('two behind symmetric NATs do not', async () => {
    expect(await punchHoles({ nat: 'symmetric' })).toEqual({ ann: ['end'], ben: ['end'] });
  });

  test('a strict company lets out TCP to port 443 only', async () => {
    const { lab, server, other } = await anInternet();
    const { person } = await aPersonAt(lab, { nat: 'cone', egress: 'tcp-443' });
    const [allowed, refused] = [await server.listens(443), await server.listens(8443)];
    await person.send(server.endpoint, 'udp');
    await person.beginsToConnect(refused);
    await person.connects(allowed);
    await person.connects(await other.listens(443));
    expect((await person.report()).connections).not.toContain(refused);
    expect(await server.texts()).toEqual([]);
  });

  test('without UDP there is TCP to any port', async () => {
    const { lab, server } = await anInternet();
    const { person } = await aPersonAt(lab, { nat: 'symmetric', egress: 'no-udp' });
    await person.send(server.endpoint, 'udp');
    await person.connects(await server.listens(8443));
    expect(await server.texts()).toEqual([]);
  });

  test('ten percent of loss lose about so many, in the direction it was set for', async () => {
    const { lab, server } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'cone' });
    const seen = await person.reaches(server);
    await site.lose({ down: 10 });
    const arrived = async (from: NetworkAgent, to: NetworkAgent, endpoint: string) => {
      // Few enough for the receiver's buffer; then one more, behind which none of them is left.
      for (let round = 0; round < 20; round++) {
        await from.send(endpoint, 'many', { count: 100 });
        await from.reaches(to, endpoint);
      }
      return (await to.texts()).filter((text) => text === 'many').length;
    };
    const down = await arrived(server, person, seen);
    expect(down).toBeGreaterThan(1_700);
    expect(down).toBeLessThan(1_900);
    expect(await arrived(person, server, server.endpoint)).toBe(2_000);
  });

  test('a line of 150 kbit/s lets through no more than that and what its queue holds', async () => {
    const { lab, server } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'cone' });
    await person.reaches(server);
    const bytesPerMs = 150 / 8;
    await site.limit({ upKbps: 150, queueMs: 400 });
    const begun = performance.now();
    await person.send(server.endpoint, 'much', { count: 1_000, bytesEach: 1_000 });
    await person.reaches(server);
    const { bytes } = await server.report();
    const passedMs = performance.now() - begun;
    // One packet is under way when the line is at its fullest.
    expect(bytes).toBeLessThan((passedMs + 400) * bytesPerMs + 2_000);
    expect(bytes).toBeGreaterThan(400 * bytesPerMs - 2_000);
  });

  test('a delay is in every round trip', async () => {
    const { lab, server } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'cone' });
    const seen = await person.reaches(server);
    await site.delay({ roundTripMs: 200, jitterMs: 10 });
    const begun = performance.now();
    await person.send(server.endpoint, 'ping');
    await server.receives('ping');
    await server.send(seen, 'pong');
    await person.receives('pong');
    expect(performance.now() - begun).toBeGreaterThanOrEqual(200);
  });

  test('nothing comes through a cut until it is restored, and the mapping is the same afterwards', async () => {
    const { lab, server } = await anInternet();
    const { site, person } = await aPersonAt(lab, { nat: 'symmetric' });
    const seen = await person.reaches(server);
    await site.cut('udp');
    await person.send(server.endpoint, 'lost');
    await person.connects(await server.listens(8443));
    await site.restore();
    expect(await person.reaches(server)).toBe(seen);
    expect(await server.texts()).not.toContain('lost');
  });

  test.each(['none', 'cone', 'symmetric'] as const)(
    'after a change of address the client is somebody else, and the old one nobody (NAT: %s)',
    async (nat) => {
      const { lab, server } = await anInternet();
      const { site, person } = await aPersonAt(lab, { nat });
      const before = { seen: await person.reaches(server), address: site.address };
      await site.changeAddress();
      const seen = await person.reaches(server);
      expect(seen).toMatch(`${site.publicAddress}:`);
      expect(site.address).not.toBe(before.address);
      await server.send(before.seen, 'too late');
      await server.send(seen, 'end');
      await person.receives('end');
      expect(await person.texts()).toEqual(['end']);
    },
  );

  test('two laboratories at once have addresses of their own', async () => {
    const [one, two] = [await aNetworkLab(), await aNetworkLab()];
    expect(one.address).not.toBe(two.address);
    const server = await NetworkAgent.start({ address: two.address });
    const { site, person } = await aPersonAt(two, { nat: 'none' });
    expect(await person.reaches(server)).toMatch(site.publicAddress);
  });
});
