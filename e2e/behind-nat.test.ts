/** Each of two behind a NAT of their own, the server on a public address: the media server is all they need to reach. */
import type { Nat } from '@plenum/testkit/network-lab';
import { aNetworkLab, canHaveNetworkLab } from '@plenum/testkit/network-lab/testing';
import { describe, expect, test } from 'vitest';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { aServer } from './harness/server.ts';

async function aCallBehind(nats: Readonly<Record<string, Nat>>) {
  const lab = await aNetworkLab();
  const server = await aServer({ host: lab.address });
  const flags = [`--unsafely-treat-insecure-origin-as-secure=${server.url}`];
  const people = new Map<string, MeetingPage>();
  for (const [name, nat] of Object.entries(nats)) {
    const { launcher } = await lab.site({ nat });
    const page = await aPage(await aBrowser({ flags, launcher }));
    const person = new MeetingPage(page, server.url, 'standup', lowQuality);
    await person.open();
    await person.join(name);
    people.set(name, person);
  }
  return { server, people };
}

describe.runIf(await canHaveNetworkLab('calls from behind NATs'))('from behind NATs', () => {
  test('one cone and one symmetric, two see and hear each other through the media server', async () => {
    const { server, people } = await aCallBehind({ Ann: 'cone', Ben: 'symmetric' });
    await untilAllSeeAndHear(people);
    for (const person of people.values()) {
      expect((await person.report()).connections).toBe(1);
      const panel = await person.panel('Connection');
      await panel.getByText('Direct, through your router’s address, by UDP over IPv4').waitFor();
    }
    expect(await server.counts()).toMatchObject({ participants: 2, sessions: 2 });
  });
});
