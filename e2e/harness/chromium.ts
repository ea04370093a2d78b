/** Debian's Chromium with a made-up camera and microphone. */
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { keepEvidence, screenshotPath } from './evidence.ts';
import { installProbe } from './page-probe.ts';

// A graphics processor that is emulated keeps the pages waiting for it; without any they draw faster.
const quietFlags = [
  '--disable-gpu',
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
];
const fakeDevices = '--use-fake-device-for-media-stream';
/** Answers the browser's question for camera and microphone with yes. */
const fakeConsent = '--use-fake-ui-for-media-stream';

/** Room for ten tiles; drawing more is work that no test looks at. */
export const smallWindow = { width: 800, height: 500 };

export interface BrowserOptions {
  /** How many made-up cameras there are; 1 unless given. */
  readonly cameras?: number;
  readonly flags?: readonly string[];
  /** Put before the command, such as the one of a site of the network laboratory. */
  readonly launcher?: readonly string[];
}

/** A browser that ends with its test. Camera and microphone are there, and allowed. */
export function aBrowser({ flags = [], cameras = 1, ...options }: BrowserOptions = {}): Promise<Browser> {
  const devices = `${fakeDevices}=device-count=${cameras}`;
  return aBareBrowser({ flags: [devices, fakeConsent, ...flags], ...options });
}

/** A browser in which the person refuses camera and microphone: without a window nobody says yes. */
export function aRefusingBrowser({ flags = [] }: BrowserOptions = {}): Promise<Browser> {
  return aBareBrowser({ flags: [fakeDevices, ...flags] });
}

/** A browser on a machine with nothing plugged in. */
export async function aBareBrowser({ flags = [], launcher = [] }: BrowserOptions = {}): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: fileURLToPath(new URL('chromium.sh', import.meta.url)),
    args: [...quietFlags, ...flags],
    env: { ...process.env, BROWSER_LAUNCHER: launcher.join(' ') },
  });
  onTestFinished(() => browser.close());
  return browser;
}

/** A page as another person's: nothing is shared with other pages. A failing test leaves its picture. */
export async function aPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: smallWindow, ...options });
  const page = await context.newPage();
  await page.addInitScript(installProbe);
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await photograph(page, task.name);
    await context.close().catch(() => undefined);
  });
  return page;
}

async function photograph(page: Page, test: string): Promise<void> {
  if (page.isClosed()) return;
  const path = screenshotPath(test);
  const taken = await page.screenshot({ path, timeout: 5_000 }).catch(() => undefined);
  if (taken !== undefined) keepEvidence(test, `screenshot of ${page.url()}`, path);
}
