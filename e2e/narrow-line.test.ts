/** One of five has a line that is too narrow for pictures for a while: sound goes on, and pictures come back by themselves. */
import { canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, test } from 'vitest';
import { aCallOverALine, fivePeople } from './harness/call-over-a-line.ts';
import { untilHears, untilSeesAndHears } from './harness/media.ts';

describe.runIf(await canHaveNetworkLab('calls over narrow lines'))('over a narrow line', () => {
  test('sound goes on, and pictures come back by themselves', async () => {
    const { line, ann } = await aCallOverALine();
    const others = fivePeople.slice(1);
    await untilSeesAndHears(ann, others);
    await line.limit({ downKbps: 150 });
    await untilHears(ann);
    await line.limit({});
    await untilSeesAndHears(ann, others);
  });
});
