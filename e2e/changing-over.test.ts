/** A room goes over from direct links to the media server, and back, while people talk: nobody is heard twice, or not at all. */
import { expect, test } from 'vitest';
import { untilAllSeeAndHear } from './harness/media.ts';
import { ThreeAndAFourth } from './harness/seams-of-a-fourth.ts';
import { aServer } from './harness/server.ts';

const patience = { timeout: 60_000, interval: 500 };

test('three go over with the fourth, and back without them', async () => {
  const server = await aServer();
  const room = await ThreeAndAFourth.begin(server.url, 'auto');
  await untilAllSeeAndHear(room.people);
  expect(await server.counts()).toMatchObject({ connectionObjects: 6, transports: 0 });

  await room.danComes();
  await untilAllSeeAndHear(room.people);
  await expect.poll(() => server.counts(), patience).toMatchObject({ connectionObjects: 8, transports: 4 });
  await untilAllSeeAndHear(room.people);
  expect(await room.seams('to the media server')).toMatchObject({ doubled: 0 });

  await room.danLeaves();
  await expect.poll(() => server.counts(), patience).toMatchObject({ connectionObjects: 6, transports: 0 });
  await untilAllSeeAndHear(room.people);
  expect(await room.seams('back')).toMatchObject({ doubled: 0 });
});
