/** One of five has a line that becomes too narrow for pictures: sound goes on, and pictures come back by themselves. */
import { canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aCallOverALine, fivePeople } from './harness/call-over-a-line.ts';
import { untilHears, untilSeesAndHears } from './harness/media.ts';

const patience = { timeout: 90_000 };

describe.runIf(await canHaveNetworkLab('calls over narrow lines'))('over a narrow line', () => {
  test('sound goes on, pictures go, and come back by themselves', async () => {
    const { line, ann } = await aCallOverALine();
    const others = fivePeople.slice(1);
    await untilSeesAndHears(ann, others);
    await line.limit({ downKbps: 150 });
    const slow = ann.page.getByText('Your connection is slow');
    await expect.poll(() => slow.count(), patience).toBeGreaterThan(0);
    await untilHears(ann);
    await line.limit({});
    await expect.poll(() => slow.count(), patience).toBe(0);
    await untilSeesAndHears(ann, others);
  });
});
