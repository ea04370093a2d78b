/** In calls that last, and when the way through the network is lost. */
import { FakeClock, settle } from '@plenum/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { IceRenewal } from './ice-renewal.ts';
import { aServer, joins, joinsMesh, pass } from './testing/call-fixture.ts';

/** A server whose credentials are numbered. */
async function aServerWithRelay(validity: { readonly iceServersValidForMs?: number } = minute) {
  let issued = 0;
  const issueIceServers = () => {
    issued += 1;
    const relay = { urls: ['turn:198.51.100.1:3478'], username: `${issued}`, credential: 'secret' };
    return { iceServers: [relay], ...validity };
  };
  const server = await aServer('acme.test', {}, { issueIceServers });
  return { server, issued: () => issued };
}

const minute = { iceServersValidForMs: 60_000 };
const forEver = {};

type Joined = Awaited<ReturnType<typeof joins>>;

/** The credentials that a link has now, by their number. */
function numberOf({ links }: Joined, index = 0): string | undefined {
  return links[index]?.iceServers[0]?.username;
}

test('[ICE3] a client asks for other credentials in good time, again and again', async () => {
  const { server } = await aServerWithRelay();
  const ann = await joins(server, 'Ann');
  expect(numberOf(ann)).toBe('1');
  await pass(server, 44_000);
  expect(numberOf(ann)).toBe('1');
  await pass(server, 2_000);
  expect(numberOf(ann)).toBe('2');
  await pass(server, 46_000);
  expect(numberOf(ann)).toBe('3');
});

test('[ICE3] before an ICE restart it asks too, and answers the new offer with what it got', async () => {
  const { server } = await aServerWithRelay();
  const ann = await joins(server, 'Ann');
  await pass(server, 20_000);
  ann.link.change('failed');
  await pass(server, 1_000);
  expect(ann.link.offers).toHaveLength(2);
  expect(ann.link.iceServersWhenAsked.map((servers) => servers[0]?.username)).toEqual(['1', '2']);
});

test('[ICE3] those of a moment ago are not renewed for an ICE restart', async () => {
  const { server, issued } = await aServerWithRelay();
  const ann = await joins(server, 'Ann');
  ann.link.change('failed');
  await pass(server, 1_000);
  expect(ann.link.offers).toHaveLength(2);
  expect(issued()).toBe(1);
});

test('[ICE3] in a mesh every link gets them, those that are made later too', async () => {
  const { server, issued } = await aServerWithRelay();
  const ann = await joinsMesh(server, 'Ann');
  const bob = await joinsMesh(server, 'Bob');
  const [toBob] = ann.pairLinks;
  for (const link of [toBob, ...bob.pairLinks]) link?.change('connected');
  expect(toBob?.iceServers[0]?.username).toBe('1');
  await pass(server, 46_000);
  const renewed = toBob?.iceServers[0]?.username;
  expect(Number(renewed)).toBeGreaterThan(2);
  expect(issued()).toBe(4);
  await joinsMesh(server, 'Cyd');
  expect(ann.pairLinks[1]?.iceServers[0]?.username).toBe(renewed);
});

test('[ICE3] where the server cannot be asked, it is asked again', async () => {
  const { server } = await aServerWithRelay();
  const ann = await joins(server, 'Ann');
  await pass(server, 40_000);
  ann.network.cut();
  await pass(server, 10_000);
  ann.network.restore();
  await pass(server, 40_000);
  expect(numberOf(ann)).toBe('2');
});

test('[ICE3] a refusal is no end of it', async () => {
  const clock = new FakeClock();
  const used: unknown[] = [];
  const answers = [Promise.reject(new Error('later')), Promise.resolve({ iceServers: [], ...minute })];
  const ask = () => answers.shift() ?? Promise.reject(new Error('too often'));
  const use = (servers: unknown) => used.push(servers);
  const renewal = new IceRenewal({ clock, ask, use }, { iceServers: [], ...minute });
  onTestFinished(() => renewal.close());
  clock.advance(45_000);
  await settle();
  expect(used).toEqual([]);
  clock.advance(30_000);
  await settle();
  expect(used).toEqual([[]]);
});

test('[ICE3] a link that is to be mended waits for an answer, but not for long', async () => {
  const clock = new FakeClock();
  const { promise, resolve } = Promise.withResolvers<{ iceServers: [] }>();
  const renewal = new IceRenewal(
    { clock, ask: () => promise, use: () => undefined },
    { iceServers: [], ...minute },
  );
  onTestFinished(() => renewal.close());
  expect(renewal.pending).toBeUndefined();
  clock.advance(20_000);
  renewal.handleRestart();
  let waited = 'waiting';
  void renewal.pending?.then(() => {
    waited = 'done';
  });
  clock.advance(999);
  await settle();
  expect(waited).toBe('waiting');
  clock.advance(1);
  await settle();
  expect(waited).toBe('done');
  resolve({ iceServers: [] });
  await settle();
  expect(renewal.pending).toBeUndefined();
});

test('what stays good is never asked for again', async () => {
  const { server, issued } = await aServerWithRelay(forEver);
  const ann = await joins(server, 'Ann');
  await pass(server, 60_000);
  ann.link.change('failed');
  await pass(server, 1_000);
  expect(ann.link.offers).toHaveLength(2);
  expect(issued()).toBe(1);
});

test('who has left asks no more', async () => {
  const { server, issued } = await aServerWithRelay();
  const ann = await joins(server, 'Ann');
  await ann.room.leave();
  await pass(server, 60_000);
  expect(issued()).toBe(1);
});
