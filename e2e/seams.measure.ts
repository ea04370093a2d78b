/**
 * What people miss while a room changes over, beside what they miss on the same machine when somebody comes and goes and nothing changes over: a
 * page that is opened takes the processor from everybody for a moment.
 */
import { test } from 'vitest';
import { untilAllSeeAndHear } from './harness/media.ts';
import { ThreeAndAFourth } from './harness/seams-of-a-fourth.ts';
import { aServer } from './harness/server.ts';

/** Longer than a room waits until it goes back to direct links. */
const watchMs = 30_000;

test.each(['auto', 'sfu', 'mesh', 'auto', 'sfu', 'mesh'])(
  'a fourth comes to %s, and goes',
  async (topology) => {
    const server = await aServer();
    const room = await ThreeAndAFourth.begin(server.url, topology);
    await untilAllSeeAndHear(room.people);
    await room.danComes();
    await untilAllSeeAndHear(room.people);
    await room.seams(`${topology}, a fourth comes`);
    await room.danLeaves();
    await new Promise((resolve) => setTimeout(resolve, watchMs));
    await untilAllSeeAndHear(room.people);
    await room.seams(`${topology}, and goes`);
  },
);
