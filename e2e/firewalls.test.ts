/** Somebody behind a firewall: media takes whatever way is left. */
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

const soon = { timeout: 30_000 };

/** Ann here, Cleo at a site whose firewall is strict. What is to be served goes to port 443, as far as it can. */
async function aCall(egress: 'no-udp' | 'tcp-443') {
  const lab = await aNetworkLab();
  const site = await lab.site({ nat: 'symmetric', egress });
  const relay = ['--relay-host', await lab.anotherAddress(), '--relay-port', '443'];
  const server = await aServer({ host: lab.address, flags: ['--port', '443', ...relay] });
  const secure = { flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] };
  const people = new Map<string, MeetingPage>();
  for (const [name, browser] of [
    ['Ann', await aBrowser(secure)],
    ['Cleo', await aBrowser({ ...secure, launcher: site.launcher })],
  ] as const) {
    const page = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
    await page.open();
    await page.join(name);
    people.set(name, page);
  }
  const wayOf = async (name: string) => (await people.get(name)?.report())?.way;
  return { server, people, wayOf };
}

/** The relay's process, as the log tells it; the latest. */
function relayOf(server: TestServer): number {
  return Number([...server.log().matchAll(/"pid":(\d+)[^\n]*"msg":"relay is up"/g)].at(-1)?.[1]);
}

describe.runIf(await canHaveNetworkLab('calls from behind firewalls'))('behind a firewall', () => {
  test('that lets no UDP through, media goes to the media server over TCP', async () => {
    const { people, wayOf } = await aCall('no-udp');
    await untilAllSeeAndHear(people);
    expect(await wayOf('Cleo')).toMatch(/^(host|prflx) tcp$/);
    expect(await wayOf('Ann')).toMatch(/ udp$/);
  });

  test('that lets TCP to port 443 through only, media goes by the relay, also when that was killed', async () => {
    const { server, people, wayOf } = await aCall('tcp-443');
    await untilAllSeeAndHear(people);
    expect(await wayOf('Cleo')).toBe('relay tcp');
    const panel = await people.get('Cleo')?.panel('Connection');
    await panel?.getByText('Relayed by TURN, by TCP over IPv4').waitFor();
    const before = relayOf(server);
    process.kill(before, 'SIGKILL');
    await expect.poll(() => relayOf(server), soon).not.toBe(before);
    await untilAllSeeAndHear(people);
    expect(await wayOf('Cleo')).toBe('relay tcp');
  });
});
