/** The first call again, with one of the three in Firefox, and the server on another machine. */
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { aFirefox } from './harness/firefox.ts';
import { untilAllSeeAndHear, untilOnlySeesAndHears, type Watcher } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { nothing } from './harness/metrics.ts';
import { aServer } from './harness/server.ts';

const soon = { timeout: 30_000 };

// Firefox makes no connection to a server that has the loopback address only.
const isPossible = await canHaveNetworkLab('calls with Firefox');

test.runIf(isPossible)('Firefox and Chromium see and hear each other', async () => {
  const lab = await aNetworkLab();
  const { address, launcher } = await lab.site({ nat: 'none' });
  const server = await aServer({ host: address, launcher });
  const chromium = await aBrowser({ flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] });
  const firefox = await aFirefox();
  const people = new Map<string, Watcher>();
  const [ann, ben] = [await aPage(chromium), await aPage(chromium)].map(
    (page) => new MeetingPage(page, server.url, 'standup', lowQuality),
  );
  if (ann === undefined || ben === undefined) throw new Error('a page is missing');

  await ann.open();
  await ann.join('Ann');
  await firefox.join(`${server.url}/standup?quality=low`, 'Fay');
  await ben.open();
  await ben.join('Ben');
  await untilAllSeeAndHear(people.set('Ann', ann).set('Fay', firefox).set('Ben', ben));
  for (const person of people.values()) {
    expect(await person.report()).toMatchObject({ connections: 1, remoteOffers: 1 });
  }

  await firefox.leave();
  await ann.tile('Fay').waitFor({ state: 'detached' });
  for (const person of [ann, ben]) await person.page.close();
  await expect.poll(() => server.counts(), soon).toMatchObject({ ...nothing, sessions: 1 });
});

test.runIf(isPossible)('Firefox shows the one picture of everybody', async () => {
  const lab = await aNetworkLab();
  const { address, launcher } = await lab.site({ nat: 'none' });
  const server = await aServer({ host: address, launcher });
  const chromium = await aBrowser({ flags: [`--unsafely-treat-insecure-origin-as-secure=${server.url}`] });
  const firefox = await aFirefox();
  const mcu = { query: '?quality=low&topology=mcu' };
  const ann = new MeetingPage(await aPage(chromium), server.url, 'standup', mcu);
  await ann.open();
  await ann.join('Ann');
  await firefox.join(`${server.url}/standup${mcu.query}`, 'Fay');
  for (const watcher of [ann, firefox]) await untilOnlySeesAndHears(watcher, ['Everybody: Ann and Fay']);
});
