/** A page that runs `offering-peer.js`: an encoder or a player of somebody else's. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { aPage } from './chromium.ts';
import type { TestServer } from './server.ts';

const script = fileURLToPath(new URL('offering-peer.js', import.meta.url));

export class OfferingPage {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** On a page of the server that has no program of its own. */
  static async open(browser: Browser, server: TestServer): Promise<OfferingPage> {
    const page = await aPage(browser);
    await page.addInitScript({ path: script });
    await page.goto(`${server.url}/healthz`);
    return new OfferingPage(page);
  }

  /** Sends camera and microphone to an endpoint; resolves to the statuses of the answers. */
  publish(path: string, token?: string, codec?: string): Promise<unknown> {
    return this.#call('publish', path, token, codec);
  }

  /** Looks on at an endpoint; resolves to the statuses, and when there was a picture. */
  watch(path: string, token?: string): Promise<unknown> {
    return this.#call('watch', path, token);
  }

  /** What was decoded and heard so far. */
  received(): Promise<unknown> {
    return this.#call('received');
  }

  restartIce(): Promise<unknown> {
    return this.#call('restartIce');
  }

  /** Ends it as the standard has it. */
  end(): Promise<unknown> {
    return this.#call('end');
  }

  #call(name: string, ...args: readonly (string | undefined)[]): Promise<unknown> {
    return this.page.evaluate(
      `globalThis.offering.${name}(...${JSON.stringify(args)}.map((arg) => arg ?? undefined))`,
    );
  }
}
