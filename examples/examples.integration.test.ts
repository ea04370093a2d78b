/** Every example is run as a developer runs it. The bot's own tests are beside it. */
import { readFileSync } from 'node:fs';
import { silentLogger } from '@plenum/hyperty';
import { fakeAnswer } from '@plenum/media/fake';
import { createConfig, type RunningServer, startServer } from '@plenum/server';
import { SignallingParticipant } from '@plenum/testkit';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { aFolder, buildPage, servePage } from './testing/pages.ts';
import { run, runServer } from './testing/program.ts';

const soon = { timeout: 20_000 };

/** A built page, served in place of the meeting app. */
async function aServerWith(page: string): Promise<RunningServer> {
  const config = createConfig({ port: 0, mediaBasePort: 0, mediaWorkers: 1, data: aFolder() });
  const server = await startServer(config, { appFolder: page, logger: silentLogger });
  onTestFinished(() => server.close());
  return server;
}

async function aBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  onTestFinished(() => browser.close());
  return browser;
}

async function visit(browser: Browser, url: string, name: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(url);
  await page.getByRole('textbox', { name: 'Your name' }).fill(name);
  return page;
}

async function join(browser: Browser, url: string, name: string): Promise<Page> {
  const page = await visit(browser, url, name);
  await page.getByRole('button', { name: 'Join' }).click();
  return page;
}

function press(page: Page, name: string): Promise<void> {
  return page.getByRole('button', { name }).click();
}

/** The page says so. */
async function untilTold(page: Page, text: string): Promise<void> {
  await page.getByRole('status').filter({ hasText: text }).waitFor(soon);
}

function joinByHand(serverUrl: string, roomId: string, name: string): Promise<SignallingParticipant> {
  return SignallingParticipant.join({
    serverUrl,
    domain: 'localhost',
    roomId,
    name,
    publications: { microphone: { muted: false } },
    answer: async (offer) => fakeAnswer(offer),
  });
}

test('join-a-room: two pages see each other and write to each other, and one learns that the other left', async () => {
  const { url } = await aServerWith(await buildPage('join-a-room'));
  const browser = await aBrowser();
  const ann = await join(browser, url, 'Ann');
  const ben = await join(browser, url, 'Ben');
  for (const [page, other] of [
    [ann, 'Ben'],
    [ben, 'Ann'],
  ] as const) {
    const figure = page.getByRole('figure').filter({ hasText: other });
    const decoded = () =>
      figure.locator('video').evaluate((video: { videoWidth: number }) => video.videoWidth);
    await expect.poll(decoded, { timeout: 40_000 }).toBeGreaterThan(0);
  }
  await ben.getByRole('textbox', { name: 'Message' }).fill('Tea?');
  await press(ben, 'Send');
  await ann.getByRole('listitem').filter({ hasText: 'Ben: Tea?' }).waitFor(soon);
  await press(ben, 'Leave');
  await untilTold(ben, 'You left');
  await untilTold(ann, 'Ben left');
  expect(await ann.getByRole('figure').count()).toBe(0);
}, 120_000);

test('one-picture: a page shows two people in one picture, records them and links to what it recorded', async () => {
  const { url } = await aServerWith(await buildPage('one-picture'));
  const browser = await aBrowser();
  const ann = await join(browser, url, 'Ann');
  await untilTold(ann, 'You are in');
  await untilTold(await join(browser, url, 'Ben'), 'You are in');
  const width = () => ann.locator('video').evaluate((video: { videoWidth: number }) => video.videoWidth);
  await expect.poll(width, { timeout: 40_000 }).toBe(1_280);

  await press(ann, 'Record');
  await untilTold(ann, 'Recorded since');
  await expect.poll(() => framesShown(ann), { timeout: 40_000 }).toBeGreaterThan(50);
  await press(ann, 'Stop');
  const part = ann.getByRole('link', { name: 'Part 1' });
  await part.waitFor(soon);
  const answer = await ann.request.get((await part.getAttribute('href')) ?? '');
  expect(answer.headers()['content-type']).toBe('video/mp4');
  await press(ann, 'Leave');
  await untilTold(ann, 'You left');
}, 120_000);

function framesShown(page: Page): Promise<number> {
  return page
    .locator('video')
    .evaluate(
      (video: { getVideoPlaybackQuality(): { totalVideoFrames: number } }) =>
        video.getVideoPlaybackQuality().totalVideoFrames,
    );
}

test('invite: a page rings at others, who accept or say why not, and makes a link for guests', async () => {
  const { url } = await aServerWith(await buildPage('invite'));
  const browser = await aBrowser();
  const ann = await join(browser, url, 'Ann');
  await untilTold(ann, 'You are in example');
  const [ben, cem] = [await visit(browser, url, 'Ben'), await visit(browser, url, 'Cem')];
  const users = await Promise.all([ben, cem].map(userUrlOn));

  await ann.getByRole('textbox', { name: 'User URLs, one in a line' }).fill(users.join('\n'));
  await ann.getByRole('button', { name: 'Invite', exact: true }).click();
  await ben.getByText('Ann invites you to example').waitFor(soon);
  await press(ben, 'Accept');
  await cem.getByRole('textbox', { name: 'Reason' }).fill('I am on a train.');
  await press(cem, 'Decline');
  const answers = ann.getByRole('list', { name: 'Answers' }).getByRole('listitem');
  const said = async () => (await answers.allTextContents()).sort();
  await expect
    .poll(said, soon)
    .toEqual([`${users[0]}: accepted`, `${users[1]}: declined, I am on a train.`].sort());
  await untilTold(ben, 'You are in example');

  await press(ann, 'Make a guest link');
  await answers.filter({ hasText: `${url}example#token=` }).waitFor(soon);
}, 120_000);

/** By which others invite it. */
async function userUrlOn(page: Page): Promise<string> {
  const read = () => page.locator('#me').textContent();
  await expect.poll(read, soon).toMatch(/^user:/);
  return (await read()) ?? '';
}

test('conference-server: its rule decides who joins, and it ends when it is told to', async () => {
  const { program, url } = await runServer('conference-server.ts');
  const ann = await joinByHand(url, 'tea-sesame', 'Ann');
  onTestFinished(() => ann.close());
  await program.printed(/^Ann asks to join tea-sesame$/);
  await expect(joinByHand(url, 'tea', 'Eve')).rejects.toMatchObject({
    code: 'refused',
    message: 'Say the word.',
  });
  expect(await program.end()).toBe(0);
});

test('host-meetings: a line opens a room, invites, removes and ends, and says what came of it', async () => {
  const { program, url } = await runServer('host-meetings.ts');
  await expect(joinByHand(url, 'tea', 'Eve')).rejects.toMatchObject({
    code: 'refused',
    message: 'That meeting is not open.',
  });
  const [hostLink = ''] = /http\S+$/.exec(await program.ask('open tea')) ?? [];
  expect(await program.ask('open tea')).toBe('The room exists already.');

  const page = `${await servePage('invite')}?server=${url}`;
  const browser = await aBrowser();
  const ann = await join(browser, page, 'Ann');
  await untilTold(ann, 'That meeting is not open.');
  await ann.getByRole('textbox', { name: 'Room' }).fill('tea');
  await press(ann, 'Join');
  await untilTold(ann, 'Waiting to be let in');

  const host = await visit(browser, `${page}${new URL(hostLink).hash}`, 'Hanna');
  await host.getByRole('textbox', { name: 'Room' }).fill('tea');
  await press(host, 'Join');
  await untilTold(host, 'You are in tea');
  const ben = await visit(browser, page, 'Ben');
  const userOfBen = await userUrlOn(ben);
  const invited = program.ask(`invite tea ${userOfBen}`);
  await press(ben, 'Accept');
  expect(await invited).toBe(`${userOfBen}, accepted`);
  await untilTold(host, 'Ben came');

  expect(await program.ask('close tea')).toBe('Somebody is still in the room.');
  expect(await program.ask('remove tea Eve')).toBe('Eve is not there.');
  expect(await program.ask('remove tea Ben It is late.')).toBe('done');
  await untilTold(ben, 'It is late.');
  expect(await program.ask('end tea The pot is empty.')).toBe('done');
  await untilTold(host, 'The pot is empty.');
  await untilTold(ann, 'The pot is empty.');
  expect(await program.ask('close tea')).toBe('There is no such room.');
  expect(await program.ask('sing')).toBe('say open, invite, remove, ban, close, end, and of which room');
  expect(await program.end()).toBe(0);
}, 120_000);

test('host-meetings is shorter than a hundred lines, as conference-server is', async () => {
  for (const name of ['host-meetings.ts', 'conference-server.ts']) {
    const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.length, name).toBeLessThan(100);
  }
});

test('greeter-bot: who comes by a page is greeted in the chat', async () => {
  const { url } = await runServer('greeter-bot/main.ts', 'tea');
  const page = `${await servePage('join-a-room')}?server=${url}&room=tea`;
  const ann = await join(await aBrowser(), page, 'Ann');
  await ann.getByRole('listitem').filter({ hasText: 'Greeter: Welcome, Ann!' }).waitFor(soon);
}, 120_000);

test('watch-a-room: tells who is there, who comes and who goes', async () => {
  const server = await aServerWith(aFolder());
  const ann = await joinByHand(server.url, 'standup', 'Ann');
  const program = run('watch-a-room.ts', server.url, 'standup');
  await program.printed(/^Ann is here$/);
  const ben = await joinByHand(server.url, 'standup', 'Ben');
  await program.printed(/^Ben is here$/);
  ann.close();
  await program.printed(/^Ann left$/);
  expect(program.lines).toEqual(['watching standup', 'Ann is here', 'Ben is here', 'Ann left']);
  expect(await program.end()).toBe(0);
  ben.close();
});
