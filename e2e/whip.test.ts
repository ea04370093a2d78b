/** An outside encoder: a plain page that offers, seen and heard in the meeting by whoever is there. */
import { expect, test } from 'vitest';
import { aRoomWith } from './harness/a-room-with.ts';
import { aBrowser } from './harness/chromium.ts';
import { untilSeesAndHears } from './harness/media.ts';
import { OfferingPage } from './harness/offering-page.ts';

/** What is missed is gone when consent has expired, which takes 15 s. */
const patience = { timeout: 60_000, interval: 500 };

test('an encoder is seen and heard like anybody, through an ICE restart, until it ends', async () => {
  const { server, browser, person: ann } = await aRoomWith('Ann');

  const encoder = await OfferingPage.open(browser, server);
  expect(await encoder.publish('/whip/studio?name=Desk')).toEqual({ status: 201, trickled: 204 });
  await ann.tile('Desk').waitFor();
  await untilSeesAndHears(ann, ['Desk']);

  expect(await encoder.restartIce()).toBe(200);
  await untilSeesAndHears(ann, ['Desk']);

  expect(await encoder.end()).toBe(200);
  await ann.tile('Desk').waitFor({ state: 'detached' });
  await expect.poll(async () => (await server.counts()).transports, patience).toBe(1);
});

test('an encoder that sends H.264 only is seen as well', async () => {
  const { server, browser, person: ann } = await aRoomWith('Ann');
  const encoder = await OfferingPage.open(browser, server);
  await encoder.publish('/whip/studio?name=Desk', undefined, 'video/H264');
  await untilSeesAndHears(ann, ['Desk']);
});

test('an encoder whose program dies is gone when consent expires', async () => {
  const { server, person: ann } = await aRoomWith('Ann');
  // A browser of its own, that is gone without a word.
  const encoder = await OfferingPage.open(await aBrowser(), server);
  await encoder.publish('/whip/studio?name=Desk');
  await untilSeesAndHears(ann, ['Desk']);
  const session = await encoder.page.context().newCDPSession(encoder.page);
  session.send('Page.crash').catch(() => undefined);
  await ann.tile('Desk').waitFor({ state: 'detached' });
  await expect
    .poll(() => server.counts(), patience)
    .toMatchObject({ participants: 1, transports: 1, sessions: 1 });
});
