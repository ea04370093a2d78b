/** Real browsers for tests and for recording answers, with fake devices and without a window. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';
import puppeteer from 'puppeteer-core';

/** A page that has run `peer-page.js`. */
export interface PeerPage {
  /** Calls a function of the page's `plenum` object. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

/** The same for both: a function that runs in the page. */
const callInPage = `(name, args) => globalThis.plenum[name](...args)`;

export async function openChromium(): Promise<PeerPage> {
  const site = await serveSite();
  const browser = await chromium.launch({
    executablePath: process.env['PLENUM_CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      '--disable-background-networking',
      '--disable-component-update',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  const page = await browser.newPage();
  await page.goto(site.url);
  return {
    call: (name, ...args) =>
      page.evaluate(`(${callInPage})(${JSON.stringify(name)}, ${JSON.stringify(args)})`),
    close: async () => {
      await browser.close();
      site.server.close();
    },
  };
}

export async function openFirefox(): Promise<PeerPage> {
  const site = await serveSite();
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env['PLENUM_FIREFOX'] ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
    },
  });
  const page = await browser.newPage();
  await page.goto(site.url);
  return {
    call: <T>(name: string, ...args: readonly unknown[]) =>
      page.evaluate(`(${callInPage})(${JSON.stringify(name)}, ${JSON.stringify(args)})`) as Promise<T>,
    close: async () => {
      await browser.close();
      site.server.close();
    },
  };
}

/** A page gets devices only in a secure context, which localhost is. */
async function serveSite(): Promise<{ server: Server; url: string }> {
  const script = await readFile(new URL('peer-page.js', import.meta.url), 'utf8');
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>peer</title><script>${script}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://localhost:${port}/` };
}
