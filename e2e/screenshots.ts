/**
 * `node e2e/screenshots.ts FOLDER [URL]`: takes pictures of every screen at three sizes, light and dark, from a server
 * that runs (http://localhost:8080 unless given), for people to look at.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const sizes = { desktop: [1440, 900], phone: [390, 844], lying: [844, 390] } as const;
const colorSchemes = ['light', 'dark'] as const;
const names = ['Ann', 'Ben Ødegård', 'Cleo', 'Daniel', 'Eve'];
const crowds = [1, 2, 3, 5];

const [folder, serverUrl = 'http://localhost:8080'] = process.argv.slice(2);

/** A module of the app's drawings, as text that stands alone in a block. */
function drawingFrom(name: string): string {
  const path = fileURLToPath(new URL(`../apps/meet/dev/${name}`, import.meta.url));
  return stripTypeScriptTypes(readFileSync(path, 'utf8')).replaceAll('export function', 'function');
}

/** Drawn people and screens instead of the browser's test picture. The sound stays the browser's. */
function castPerson(seed: number): string {
  return `{
    ${drawingFrom('fake-screen.ts')}
    navigator.mediaDevices.getDisplayMedia = async () => new MediaStream([createFakeScreen(${seed})]);
  }
  {
    ${drawingFrom('fake-picture.ts')}
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await ask(constraints);
      for (const track of stream.getVideoTracks()) {
        stream.removeTrack(track);
        track.stop();
        stream.addTrack(createFakePicture(${seed}).track);
      }
      return stream;
    };
  }`;
}

async function aPerson(browser: Browser, seed: number, options: BrowserContextOptions): Promise<Page> {
  const page = await (await browser.newContext(options)).newPage();
  await page.addInitScript(castPerson(seed));
  return page;
}

interface Look {
  readonly name: string;
  readonly viewport: { readonly width: number; readonly height: number };
  readonly colorScheme: (typeof colorSchemes)[number];
}

function listLooks(): readonly Look[] {
  return Object.entries(sizes).flatMap(([size, [width, height]]) =>
    colorSchemes.map((colorScheme) => ({
      name: `${size}-${colorScheme}`,
      viewport: { width, height },
      colorScheme,
    })),
  );
}

async function enter(page: Page, room: string, name: string): Promise<void> {
  await page.goto(`${serverUrl}/${room}?name=${encodeURIComponent(name)}`);
  await page.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByRole('button', { name: 'Leave', exact: true }).waitFor();
}

/** Every tile has a picture on it, also where it came last. */
async function untilAllShown(page: Page, count: number): Promise<void> {
  await page
    .locator('[role=group] video[data-is-shown]')
    .nth(count - 1)
    .waitFor();
}

async function photographLook(
  browser: Browser,
  look: Look,
  save: (page: Page, what: string) => Promise<void>,
) {
  const { viewport, colorScheme } = look;
  const page = await aPerson(browser, 0, { viewport, colorScheme });
  await page.goto(serverUrl);
  await page.getByRole('heading', { name: 'Open a room' }).waitFor();
  await save(page, 'landing');
  const room = `looks-${look.name}-${Date.now()}`;
  await page.goto(`${serverUrl}/${room}?name=${names[0]}`);
  await page.locator('video[data-is-shown]').waitFor();
  await save(page, 'before');
  await enter(page, room, names[0] ?? '');
  let present = 1;
  for (const crowd of crowds) {
    for (; present < crowd; present += 1) {
      const other = await aPerson(browser, present, { viewport: { width: 800, height: 450 } });
      await enter(other, room, names[present] ?? '');
    }
    await untilAllShown(page, crowd);
    await save(page, `call-${crowd}`);
  }
  await photographScreens(page, browser, (what) => save(page, what));
  await photographPanels(page, browser, room, (what) => save(page, what));
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByRole('heading', { name: 'You left the call' }).waitFor();
  await save(page, 'after');
}

/** One shares, then another too, then oneself. */
async function photographScreens(
  page: Page,
  browser: Browser,
  save: (what: string) => Promise<void>,
): Promise<void> {
  const sharing = browser
    .contexts()
    .flatMap((context) => context.pages())
    .filter((other) => other !== page)
    .slice(0, 2);
  for (const [index, sharer] of sharing.entries()) {
    await sharer.getByRole('button', { name: 'Share screen', exact: true }).click();
    await page.locator('figure video[data-is-shown]').nth(index).waitFor();
    await save(`screens-${index + 1}`);
  }
  for (const sharer of sharing) {
    await sharer.getByRole('button', { name: 'Stop sharing', exact: true }).click();
  }
  await page.getByRole('figure').first().waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Share screen', exact: true }).click();
  await save('sharing');
  await page.getByRole('button', { name: 'Stop sharing', exact: true }).click();
}

/** The chat with a few lines, the people with a hand up and somebody who knocks, the connection. */
async function photographPanels(
  page: Page,
  browser: Browser,
  room: string,
  save: (what: string) => Promise<void>,
): Promise<void> {
  const guests = browser
    .contexts()
    .flatMap((context) => context.pages())
    .filter((other) => other !== page);
  const [ben] = guests;
  await say(ben, 'Shall we begin? The agenda is at https://example.org/agenda');
  await say(ben, 'Cleo is two minutes late.');
  await page.getByRole('button', { name: 'Chat', exact: true }).click();
  await page.getByRole('log').getByText('two minutes late').waitFor();
  await say(page, 'Yes, let us.');
  await page.getByRole('log').getByText('Yes, let us.').waitFor();
  await save('chat');
  await guests[1]?.getByRole('button', { name: 'Raise hand', exact: true }).click();
  await page.getByRole('button', { name: 'People', exact: true }).click();
  await page.getByRole('button', { name: /^Room/ }).click();
  await page.locator('label').filter({ hasText: 'Everybody waits' }).click();
  const newcomer = await aPerson(browser, 7, { viewport: { width: 800, height: 450 } });
  await newcomer.goto(`${serverUrl}/${room}?name=Fay`);
  await newcomer.getByRole('button', { name: 'Join', exact: true }).click();
  await page.getByRole('button', { name: 'Admit Fay' }).first().waitFor();
  await page.getByRole('button', { name: /^Room/ }).click();
  await save('people');
  await newcomer.close();
  await page.keyboard.press('Escape');
  await page.keyboard.press('t');
  await page.getByText('Encrypted with').waitFor();
  await save('connection');
  await page.keyboard.press('Escape');
}

async function say(page: Page | undefined, text: string): Promise<void> {
  if (page === undefined) return;
  const field = page.getByRole('textbox', { name: 'Message to everyone' });
  if (!(await field.isVisible())) await page.getByRole('button', { name: 'Chat', exact: true }).click();
  await field.fill(text);
  await field.press('Enter');
}

async function main(target: string): Promise<void> {
  mkdirSync(target, { recursive: true });
  for (const look of listLooks()) {
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
    });
    try {
      await photographLook(browser, look, async (page, what) => {
        await page.screenshot({ path: join(target, `${what}-${look.name}.png`) });
      });
    } finally {
      await browser.close();
    }
    process.stdout.write(`${look.name}\n`);
  }
}

if (folder === undefined) {
  process.stderr.write('Name a folder: node e2e/screenshots.ts FOLDER [URL]\n');
  process.exitCode = 1;
} else {
  await main(folder);
}
