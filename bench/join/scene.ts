// What a join needs besides a room: a server, a browser for the joiner and one for the others, and a network between.
import { NetworkLab } from '@plenum/testkit/network-lab';
import type { Browser } from 'playwright-core';
import { startChromium } from './chromium.ts';
import { companyOrigin } from './company.ts';
import { ServerProcess } from './server-process.ts';

export interface Scene extends AsyncDisposable {
  /** None is loopback. */
  readonly roundTripMs: number | undefined;
  readonly serverUrl: string;
  readonly joinerBrowser: Browser;
  readonly companyBrowser: Browser;
}

/** The others are always beside the server; without a round trip so is the joiner. */
export async function setScene(roundTripMs: number | undefined): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const keep = <T extends { close(): Promise<void> }>(one: T): T => stack.adopt(one, () => one.close());
  const lab = roundTripMs === undefined ? undefined : keep(await NetworkLab.open());
  const site = await lab?.site({ nat: 'none' });
  if (roundTripMs !== undefined) await site?.delay({ roundTripMs });
  const server = keep(
    await ServerProcess.start({
      host: lab?.address ?? '127.0.0.1',
      origins: [companyOrigin],
    }),
  );
  const companyBrowser = keep(
    await startChromium({
      // Its page comes from no address, which Chromium takes for a public one.
      extraFlags: ['--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets'],
    }),
  );
  const joinerBrowser = keep(
    await startChromium({
      launcher: site?.launcher,
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
