// What a join needs besides a room: a server, a browser for the joiner and one for the others, and a network between.
import type { Browser } from 'playwright-core';
import { startChromium } from './chromium.ts';
import { companyOrigin } from './company.ts';
import { DelayedNetwork } from './delayed-network.ts';
import { ServerProcess } from './server-process.ts';

export interface Scene extends AsyncDisposable {
  /** None is loopback. */
  readonly roundTripMs: number | undefined;
  readonly serverUrl: string;
  readonly joinerBrowser: Browser;
  readonly companyBrowser: Browser;
}

/**
 * The others are always beside the server; without a round trip so is the joiner.
 * @throws NotPermittedError where this machine allows no network of its own.
 */
export async function setScene(roundTripMs: number | undefined): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const keep = <T extends { close(): Promise<void> }>(one: T): T => stack.adopt(one, () => one.close());
  const network = roundTripMs === undefined ? undefined : keep(await DelayedNetwork.start(roundTripMs));
  const server = keep(
    await ServerProcess.start({
      host: network?.far.address ?? '127.0.0.1',
      launcher: network?.far.launcher,
      origins: [companyOrigin],
    }),
  );
  const companyBrowser = keep(
    await startChromium({
      launcher: network?.far.launcher,
      // Its page comes from no address, which Chromium takes for a public one.
      extraFlags: ['--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'],
    }),
  );
  const joinerBrowser = keep(
    await startChromium({
      launcher: network?.near.launcher,
      // A page gets a camera only where it is secure; this one is on a private line.
      extraFlags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`],
    }),
  );
  const owned = stack.move();
  return {
    roundTripMs,
    serverUrl: server.url,
    companyBrowser,
    joinerBrowser,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
