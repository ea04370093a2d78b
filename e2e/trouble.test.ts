/** What goes wrong is said in words, with a way on. */
import type { Browser } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { aBareBrowser, aBrowser, aPage, aRefusingBrowser } from './harness/chromium.ts';
import { untilAllSeeAndHear, untilSeesAndHears } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { nothing } from './harness/metrics.ts';
import { aServer, type TestServer } from './harness/server.ts';
import { withoutGestures } from './harness/ungestured.ts';

const soon = { timeout: 30_000 };

async function aVisitor(server: TestServer, browser: Browser): Promise<MeetingPage> {
  const visitor = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
  await visitor.open();
  return visitor;
}

async function aCallOfTwo() {
  const server = await aServer();
  const browser = await aBrowser();
  const ann = await aVisitor(server, browser);
  const ben = await aVisitor(server, browser);
  await ann.join('Ann');
  await ben.join('Ben');
  const people = new Map([
    ['Ann', ann],
    ['Ben', ben],
  ]);
  await untilAllSeeAndHear(people);
  return { server, people };
}

describe('without camera and microphone', () => {
  test.each([
    {
      what: 'permission was refused',
      aVisitorsBrowser: () => aRefusingBrowser(),
      title: 'The browser may not use your camera and microphone',
    },
    {
      what: 'no device is there',
      aVisitorsBrowser: () => aBareBrowser({ flags: ['--use-fake-ui-for-media-stream'] }),
      title: 'No camera or microphone found',
    },
  ])('because $what, one is told so, and sees and hears the others', async ({ aVisitorsBrowser, title }) => {
    const server = await aServer();
    const ann = await aVisitor(server, await aBrowser());
    await ann.join('Ann');
    const ben = await aVisitor(server, await aVisitorsBrowser());
    await ben.page.getByRole('alert').filter({ hasText: title }).waitFor();
    await ben.join('Ben');
    await untilSeesAndHears(ben, ['Ann']);
    await ann.tile('Ben').getByRole('img', { name: 'Muted' }).waitFor();
  });

  test('because the page is insecure, one is told so, and sees and hears the others', async () => {
    const server = await aServer();
    const ann = await aVisitor(server, await aBrowser());
    await ann.join('Ann');
    // Another name for this machine is no secure context, whatever address is behind it.
    const elsewhere = await aBrowser({ flags: ['--host-resolver-rules=MAP meet.test 127.0.0.1'] });
    const insecureUrl = `http://meet.test:${server.port}`;
    const ben = new MeetingPage(await aPage(elsewhere), insecureUrl, 'standup', lowQuality);
    await ben.open();
    const title = 'This page cannot use your camera and microphone';
    await ben.page.getByRole('alert').filter({ hasText: title }).waitFor();
    await ben.join('Ben');
    await untilSeesAndHears(ben, ['Ann']);
  });
});

describe('in the middle of a call', () => {
  test.each([
    { what: 'dies', signal: 'SIGKILL' },
    { what: 'is stopped', signal: 'SIGTERM' },
  ] as const)(
    'a server that $what is told of, and after its restart everybody is back',
    async ({ signal }) => {
      const { server, people } = await aCallOfTwo();
      await server.end(signal);
      for (const person of people.values()) await person.banner('Connection to the server lost').waitFor();
      await server.start();
      for (const person of people.values()) {
        await person.banner('Connection to the server lost').waitFor({ state: 'detached' });
      }
      await untilAllSeeAndHear(people);
    },
  );

  test('media workers that die are replaced, and everybody is back', async () => {
    const { server, people } = await aCallOfTwo();
    const before = server.workerPids();
    for (const pid of before) process.kill(pid, 'SIGKILL');
    await expect.poll(() => server.workerPids().length, soon).toBe(2 * before.length);
    await expect.poll(() => server.counts(), soon).toMatchObject({ participants: 2, producers: 4 });
    await untilAllSeeAndHear(people);
    for (const person of people.values()) await person.leave();
    for (const person of people.values()) await person.page.close();
    await expect.poll(() => server.counts(), soon).toEqual(nothing);
  });
});

test('joining a server that is gone says so, and can be tried again', async () => {
  const { server, people } = await aCallOfTwo();
  for (const person of people.values()) await person.leave();
  await server.end('SIGKILL');
  const [ann] = people.values();
  await ann?.button('Rejoin').click();
  await ann?.heading('The server does not answer').waitFor();
  await server.start();
  for (const person of people.values()) {
    await person.button('Rejoin').click();
    await person.untilInCall();
  }
  await untilAllSeeAndHear(people);
});

test('a link that names no room says so and leads to a new one', async () => {
  const server = await aServer();
  const page = await aPage(await aBareBrowser());
  await page.goto(`${server.url}/${encodeURIComponent('two words')}`);
  await page.getByRole('heading', { name: 'This cannot be a room’s name' }).waitFor();
  await page.getByRole('button', { name: 'New room' }).click();
  await page.getByRole('heading', { name: 'Open a room' }).waitFor();
});

test('sound that the browser blocks starts with a tap', async () => {
  const server = await aServer();
  const ben = await aVisitor(server, await aBrowser());
  await ben.join('Ben');

  // To a page that may use the microphone Chromium allows sounds, too.
  const strict = await aRefusingBrowser({ flags: ['--autoplay-policy=document-user-activation-required'] });
  const page = await aPage(strict);
  const untouched = await withoutGestures(page);
  await page.goto(`${server.url}/standup?name=Ann&quality=low`);
  await untouched.until(`document.querySelector('[type=submit]') !== null`);
  await untouched.run(`document.querySelector('[type=submit]').click()`);
  await untouched.until(`document.querySelector('audio')?.paused === true`);
  const hasButton = `[...document.querySelectorAll('button')].some((b) => b.textContent === 'Tap to hear')`;
  await untouched.until(hasButton);

  await page.getByRole('button', { name: 'Tap to hear' }).click();
  await untouched.until(`!document.querySelector('audio').paused && !${hasButton}`);
});
