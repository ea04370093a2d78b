/** Who leaves it to the server sees everybody as one picture where their device does not carry them by themselves. */
import { expect, test } from 'vitest';
import { pass, type Server } from '../testing/call-fixture.ts';
import type { FakeStarLink } from '../testing/fake-star-link.ts';
import { aStar, is } from './decoding-fixture.ts';

/** Whatever is in a slot comes. */
function mediaComes(link: FakeStarLink): void {
  for (let mid = 0; mid < 36; mid++) link.arriving.add(`slot ${mid.toString(36)}`);
}

async function whoDoesNotKeepUp() {
  const { server, ann, link } = await aStar(['Bob', 'Cyd', 'Dan'], 'auto');
  mediaComes(link);
  for (let seconds = 0; seconds < 60 && ann.room.composite.current === undefined; seconds++)
    await is(server, link, 'behind', 1_000);
  return { server, ann, link };
}

/** What the media server sends to whom came first. */
function sentToAnn({ mediaServer }: Server) {
  const [connection] = mediaServer.routers.flatMap((router) => router.connections);
  return [...(connection?.shown.values() ?? [])];
}

test('[C81] who leaves people out, and leaves the choice to the server, sees all in one picture, and learns why', async () => {
  const { server, ann } = await whoDoesNotKeepUp();
  expect(ann.room.chosenView.current).toEqual({ view: 'composite', reason: 'device' });
  expect(ann.room.composite.current).toBeDefined();
  expect(sentToAnn(server)).toHaveLength(2);
});

test('[C81] whose device decodes that keeps it, and whose does not has streams again, as small as before', async () => {
  const well = await whoDoesNotKeepUp();
  await is(well.server, well.link, 'at ease', 300_000);
  expect(well.ann.room.composite.current).toBeDefined();
  expect(well.ann.room.decoding.current).toBe('all');

  const badly = await whoDoesNotKeepUp();
  await is(badly.server, badly.link, 'behind', 60_000);
  expect(badly.ann.room.chosenView.current).toBeUndefined();
  expect(badly.ann.room.composite.current).toBeUndefined();
  expect(badly.ann.room.decoding.current).toBe('fewer');
  await is(badly.server, badly.link, 'behind', 120_000);
  expect(badly.ann.room.composite.current).toBeUndefined();
});

test('[C81] who wants to see each sees everybody at once, as small as they can be, and fewer only where that is too much again', async () => {
  const { server, ann, link } = await whoDoesNotKeepUp();
  ann.room.setView('streams');
  await pass(server, 3_000);
  expect(ann.room.decoding.current).toBe('smaller');
  expect(sentToAnn(server).filter(({ source }) => source === 'camera')).toHaveLength(3);
  await is(server, link, 'behind', 30_000);
  expect(ann.room.decoding.current).toBe('fewer');
});

test('[C81] what somebody wants to see themselves goes before, then and from then on', async () => {
  const { server, ann, link } = await whoDoesNotKeepUp();
  ann.room.setView('streams');
  await pass(server, 3_000);
  expect(ann.room.composite.current).toBeUndefined();
  expect(ann.room.chosenView.current).toBeUndefined();
  await is(server, link, 'behind', 120_000);
  expect(ann.room.composite.current).toBeUndefined();
  ann.room.setView('composite');
  await pass(server, 3_000);
  expect(ann.room.composite.current).toBeDefined();
});
