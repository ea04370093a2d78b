/** Usable with a screen reader, by keyboard alone, on small screens, in dark and in light. */
import type { Browser, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { accessibilityFindings } from './harness/axe.ts';
import { aBrowser, aPage } from './harness/chromium.ts';
import { lowQuality, MeetingPage, type SmallFile } from './harness/meeting-page.ts';
import { aServer, type TestServer } from './harness/server.ts';

const sizes = {
  'a desktop': { width: 1440, height: 900 },
  'a phone': { width: 390, height: 844 },
} as const;

const surroundings = Object.entries(sizes).flatMap(([what, viewport]) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ what, viewport, colorScheme })),
);

async function aSecondPerson(server: TestServer, browser: Browser): Promise<MeetingPage> {
  const ben = new MeetingPage(await aPage(browser), server.url, 'standup', lowQuality);
  await ben.open();
  await ben.join('Ben');
  return ben;
}

function aNote(name: string): SmallFile {
  return { name, mimeType: 'text/plain', buffer: Buffer.from('Nothing much.') };
}

async function expectNoFindings(page: Page, screen: string): Promise<void> {
  expect(await accessibilityFindings(page), screen).toEqual([]);
}

describe('no screen has an accessibility finding', () => {
  test.each(surroundings)('on $what in the $colorScheme', async ({ viewport, colorScheme }) => {
    const server = await aServer();
    const browser = await aBrowser();
    // The policy that keeps foreign scripts out would keep the checker out, too.
    const page = await aPage(browser, { viewport, colorScheme, reducedMotion: 'reduce', bypassCSP: true });
    await page.goto(server.url);
    await page.getByRole('heading', { name: 'Open a room' }).waitFor();
    await expectNoFindings(page, 'landing');

    const ann = new MeetingPage(page, server.url, 'standup', lowQuality);
    await ann.open();
    await expectNoFindings(page, 'before');

    await ann.join('Ann');
    await expectNoFindings(page, 'call alone');
    const ben = await aSecondPerson(server, browser);
    await ann.tile('Ben').waitFor();
    await expectNoFindings(page, 'call');
    await ann.button('Share screen').click();
    await ben.button('Share screen').click();
    await ann.screen('Ben').waitFor();
    await expectNoFindings(page, 'screens');
    for (const visitor of [ann, ben]) await visitor.button('Stop sharing').click();
    await ann.sendFileByMenu(aNote('from-ann.txt'));
    await ben.sendFile(aNote('from-ben.txt'));
    for (const name of ['from-ann.txt', 'from-ben.txt']) await (await ann.fileCard(name)).waitFor();
    await expectNoFindings(page, 'files');
    await ben.acceptFile('from-ann.txt');
    await (await ann.fileCard('from-ann.txt')).getByText('arrived').waitFor();
    await ann.say('hello');
    await page.getByRole('log').getByText('hello').waitFor();
    await expectNoFindings(page, 'chat');
    await page.getByRole('button', { name: 'Close chat' }).click();
    await (await ann.palette()).waitFor();
    await expectNoFindings(page, 'reactions');
    await ann.chooseReaction('Applause');
    await ben.tile('Ann').locator('[data-reaction="👏"]').waitFor();
    await ann.button('People').click();
    await page.getByRole('list', { name: 'In the call' }).waitFor();
    await expectNoFindings(page, 'people');
    await ann.panel('Connection');
    await page.getByText('Encrypted with').waitFor();
    await page.getByRole('button', { name: /^Details/ }).click();
    await expectNoFindings(page, 'connection');
    await page.getByRole('button', { name: 'Close connection' }).click();
    for (const name of ['Settings', 'Invite', 'Broadcast live']) {
      await ann.button('More').click();
      await page.getByRole('menuitem', { name }).click();
      await page.getByRole('dialog').waitFor();
      await expectNoFindings(page, name);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }

    await ann.leave();
    await expectNoFindings(page, 'after');
  });
});

/** Presses Tab until the focus is on a control of that name; a page has far fewer stops. */
async function tabTo(page: Page, role: 'button' | 'textbox', name: string): Promise<void> {
  const target = page.getByRole(role, { name, exact: true });
  for (let stop = 0; stop < 30; stop += 1) {
    if (await target.evaluate((element) => element.ownerDocument.activeElement === element)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`The Tab key never comes to ${name}`);
}

test('the keyboard alone is enough to join, mute, stop the video and leave', async () => {
  const server = await aServer();
  const browser = await aBrowser();
  const page = await aPage(browser);
  const ann = new MeetingPage(page, server.url, 'standup', lowQuality);
  await ann.open();
  await aSecondPerson(server, browser);

  await tabTo(page, 'textbox', 'Your name');
  await page.keyboard.type('Ann');
  await page.keyboard.press('Enter');
  await ann.untilInCall();
  await ann.tile('Ben').waitFor();

  await tabTo(page, 'button', 'Mute');
  await page.keyboard.press('Enter');
  await ann.button('Unmute').waitFor();
  await page.keyboard.press('m');
  await ann.button('Mute').waitFor();

  await tabTo(page, 'button', 'Stop video');
  await page.keyboard.press('Space');
  await ann.button('Start video').waitFor();

  await tabTo(page, 'button', 'Leave');
  await page.keyboard.press('Enter');
  await ann.heading('You left the call').waitFor();
});
