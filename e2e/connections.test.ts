/** What the app says of its connections: how each came about, and where one cannot, which stage failed and what was tried. */
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

const soon = { timeout: 30_000 };
const mesh = { query: '?quality=low&topology=mesh' };

async function metricsOf({ url }: TestServer): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

async function aCallOfTwo(visit = lowQuality) {
  const server = await aServer();
  const browser = await aBrowser();
  const people: MeetingPage[] = [];
  for (const name of ['Ann', 'Ben']) {
    const visitor = new MeetingPage(await aPage(browser), server.url, 'standup', visit);
    await visitor.open();
    await visitor.join(name);
    people.push(visitor);
  }
  const [, ben] = people;
  if (ben === undefined) throw new Error('Ben is not in the call');
  await ben.tile('Ann').waitFor();
  return { server, ben };
}

/** The panel's text about one connection, once media has come over it. */
async function connectionOf(visitor: MeetingPage, name: string): Promise<string> {
  const panel = await visitor.panel('Connection');
  const connection = panel
    .getByRole('list', { name: 'Connections' })
    .locator('> li')
    .filter({ hasText: name });
  const stages = connection.getByRole('list', { name: `Stages of the connection to ${name}` });
  await stages.getByText(/Communicating\s*[\d.]+ m?s/).waitFor();
  await connection.getByRole('button', { name: /^Details/ }).click();
  await connection.getByText('Receiving').waitFor();
  await connection.getByText(/^\d+ × \d+/).waitFor();
  await connection.getByText(/^sent at/).waitFor();
  return (await connection.textContent()) ?? '';
}

const stagesWithTimes =
  /Signalling\s+[\d.]+ m?s\s*Connecting\s+[\d.]+ m?s\s*Securing\s+[\d.]+ m?s\s*Communicating\s+[\d.]+ m?s/;

test('the panel shows the path to the server, what it is secured with, and the stages with their times', async () => {
  const { server, ben } = await aCallOfTwo();
  const text = await connectionOf(ben, 'Server');
  expect(text).toContain('Direct, by UDP over IPv4');
  expect(text).toMatch(/Encrypted with DTLS 1\.\d, AES-\d+/);
  expect(text).toMatch(stagesWithTimes);
  expect(text).toMatch(/Round trip\s*\d+ ms/);
  expect(text).toMatch(/Receiving\s*\d+ kbit\/s/);
  expect(text).toMatch(/Your camera sent at 180 lines/);
  expect(text).toMatch(/Ann, camera 320 × 180/);
  await expect
    .poll(() => metricsOf(server), soon)
    .toMatch(
      /plenum_connection_paths_total\{to="server",local="host",remote="host",protocol="udp",family="IPv4",relayed="no"\} \d/,
    );
  expect(await metricsOf(server)).toMatch(/plenum_connection_stage_seconds_count\{stage="securing"\} \d/);
});

test('in a mesh it shows the way to each of the others', async () => {
  const { server, ben } = await aCallOfTwo(mesh);
  const text = await connectionOf(ben, 'Ann');
  expect(text).toMatch(/Direct, by UDP over IPv\d/);
  expect(text).toMatch(/DTLS 1\.\d/);
  expect(text).toMatch(stagesWithTimes);
  expect(text).toMatch(/Ann, camera \d+ × \d+/);
  await expect
    .poll(() => metricsOf(server), soon)
    .toMatch(/plenum_connection_paths_total\{to="participant",/);
});

describe.runIf(await canHaveNetworkLab('connections that cannot be made'))('without a way for media', () => {
  test('the app says which stage failed, and what was tried', async () => {
    const lab = await aNetworkLab();
    const server = await aServer({ host: lab.address, flags: ['--port', '443', '--relay', 'off'] });
    // The page and its WebSocket get through, and nothing else.
    const { launcher } = await lab.site({ nat: 'cone', egress: 'tcp-443' });
    const flags = [`--unsafely-treat-insecure-origin-as-secure=${server.url}`];
    const page = await aPage(await aBrowser({ flags, launcher }));
    const ann = new MeetingPage(page, server.url, 'standup', lowQuality);
    await ann.open();
    await ann.yourName.fill('Ann');
    await ann.button('Join').click();

    await ann.heading('Sound and picture cannot get through').waitFor();
    const text = await page.getByRole('main').textContent();
    expect(text).toContain('Connecting failed: no way through the network was found.');
    expect(text).toMatch(/Tried: \d+ local address(es)?, .* no relay, towards 1 address of the other side/);
    await ann.button('Rejoin').waitFor();
    await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 0, transports: 0 });
  });

  test('in a mesh the tile says that there is no connection, and the panel why', async () => {
    const lab = await aNetworkLab();
    const server = await aServer({ host: lab.address, flags: ['--relay', 'off'] });
    const flags = [`--unsafely-treat-insecure-origin-as-secure=${server.url}`];
    const people: MeetingPage[] = [];
    for (const name of ['Ann', 'Ben']) {
      // Nobody tells them the addresses that their routers lend them.
      const { launcher } = await lab.site({ nat: 'symmetric' });
      const page = await aPage(await aBrowser({ flags, launcher }));
      const visitor = new MeetingPage(page, server.url, 'standup', mesh);
      await visitor.open();
      await visitor.join(name);
      people.push(visitor);
    }
    const [ann, ben] = people;
    await ann?.tile('Ben').getByText('No direct connection').waitFor();
    await ben?.tile('Ann').getByText('No direct connection').waitFor();
    const panel = await ben?.panel('Connection');
    // While it is tried again the panel goes on saying what was tried.
    await panel?.getByText(/^Connecting failed: .* Tried: \d+ local address/).waitFor();
  });
});
