/** Debian's Firefox over WebDriver BiDi, with a made-up camera and microphone that need no consent. */
import { launch, type Page } from 'puppeteer-core';
import { onTestFinished } from 'vitest';
import { keepEvidence, screenshotPath } from './evidence.ts';
import { type CallReport, installProbe, readReport } from './page-probe.ts';

const preferences = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  // A page that is neither on localhost nor over HTTPS gets its camera all the same.
  'media.devices.insecure.enabled': true,
  'media.getusermedia.insecure.enabled': true,
};

/** The meeting app in Firefox, by the same names as in Chromium. */
export class FirefoxMeeting {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async join(url: string, name: string): Promise<void> {
    await this.#page.goto(url);
    await this.#locate('aria/Your name[role="textbox"]').fill(name);
    await this.#locate('aria/Join[role="button"]').click();
    await this.#page.waitForSelector('aria/Leave[role="button"]');
  }

  async leave(): Promise<void> {
    await this.#locate('aria/Leave[role="button"]').click();
    await this.#page.waitForSelector('aria/You left the call');
  }

  /** Whether it is enabled the driver asks by an eval, which the page's policy forbids in Firefox 140 for the driver, too. */
  #locate(selector: string) {
    return this.#page.locator(selector).setWaitForEnabled(false);
  }

  report(): Promise<CallReport> {
    return this.#page.evaluate(readReport);
  }
}

/** A browser that ends with its test. */
export async function aFirefox(): Promise<FirefoxMeeting> {
  const browser = await launch({
    browser: 'firefox',
    executablePath: '/usr/bin/firefox-esr',
    extraPrefsFirefox: preferences,
  });
  const page = await browser.newPage();
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await photograph(page, task.name);
    await browser.close();
  });
  page.setDefaultTimeout(60_000);
  await page.evaluateOnNewDocument(installProbe);
  return new FirefoxMeeting(page);
}

async function photograph(page: Page, test: string): Promise<void> {
  const path = screenshotPath(`${test} firefox`);
  // What has crashed has no picture.
  const taken = await page.screenshot({ path }).catch(() => undefined);
  if (taken !== undefined) keepEvidence(test, 'screenshot of Firefox', path);
}
