/** One of five has a line that is too narrow for pictures for a while: sound goes on, and pictures come back by themselves. */
import { canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, test } from 'vitest';
import { aCallOverALine, fivePeople } from './harness/call-over-a-line.ts';
import { untilHears, untilSeesAndHears } from './harness/media.ts';

describe.runIf(await canHaveNetworkLab('calls over narrow lines'))('over a narrow line', () => {
  test('sound goes on, the panel says what was decided, and pictures come back by themselves', async () => {
    const { line, ann } = await aCallOverALine();
    const others = fivePeople.slice(1);
    await untilSeesAndHears(ann, others);
    const decided = (await ann.panel('Connection')).getByText(
      /^Your line was seen to carry about \d+ .bit\/s: \d of 4/,
    );
    await line.limit({ downKbps: 150 });
    await untilHears(ann);
    await decided.waitFor();
    await line.limit({});
    await decided.waitFor({ state: 'detached' });
    await untilSeesAndHears(ann, others);
  });
});
