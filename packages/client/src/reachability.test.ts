/** Who listens for invitations is found by their user URL, whatever becomes of the session. */

import { HypertyRuntime } from '@plenum/hyperty';
import { ConferenceError } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import type { Invitation } from './conference-client-types.ts';
import { aBrowser, aServer, joins, pass, type Server } from './testing/call-fixture.ts';

async function aListener(server: Server) {
  const browser = aBrowser(server);
  const rung: Invitation[] = [];
  const listener = (invitation: Invitation) => {
    rung.push(invitation);
    invitation.decline();
  };
  const stop = browser.client.addListener(listener);
  await settle();
  const { current: userUrl = '' } = browser.client.userUrl;
  return { ...browser, rung, listener, stop, userUrl };
}

/** What becomes of an invitation of somebody in a room. */
async function outcomeAt(server: Server, userUrl: string): Promise<string | undefined> {
  const host = await joins(server, 'Host');
  const [result] = await host.client.invite(userUrl, 'standup');
  await host.client.close();
  return result?.outcome;
}

/** Whether somebody is registered under that user. */
async function isFound({ node, clock }: Server, userUrl: string): Promise<boolean> {
  const runtime = new HypertyRuntime({
    domain: 'acme.test',
    openLink: node.openLink({ origin: '198.18.0.2' }),
    clock,
  });
  const url = runtime.hypertyUrl('seeker');
  await runtime.claim([url]);
  const found = await runtime.registry.discover(url, userUrl as `user://${string}`);
  runtime.close();
  return found.length > 0;
}

test('[G11] who only listens is rung at again after the server was restarted, as the same user', async () => {
  const server = await aServer();
  const { client, place, rung, userUrl } = await aListener(server);
  server.node.close();
  await settle();
  place.server = await aServer('acme.test', server);
  await pass(server, 4_000);
  expect(client.userUrl.current).toBe(userUrl);
  expect(await outcomeAt(place.server, userUrl)).toBe('declined');
  expect(rung).toHaveLength(1);
});

test('[G11] who only listens is rung at again after being away for longer than a session is kept', async () => {
  const server = await aServer();
  const { network, userUrl } = await aListener(server);
  network.cut();
  await pass(server, 60_000);
  expect(server.node.dump().sessions).toBe(1);
  network.restore();
  await pass(server, 8_000);
  expect(await outcomeAt(server, userUrl)).toBe('declined');
});

test('[G11] who begins to listen while the server is away is rung at once it is there', async () => {
  const server = await aServer();
  const { client, network } = aBrowser(server);
  network.cut();
  client.addListener((invitation) => invitation.decline());
  await pass(server, 10_000);
  expect(client.userUrl.current).toBeUndefined();
  network.restore();
  await pass(server, 4_000);
  expect(await outcomeAt(server, client.userUrl.current ?? '')).toBe('declined');
});

test('[G11] who listens no more is not found any more, and who listens again is', async () => {
  const server = await aServer();
  const { client, stop, listener, userUrl } = await aListener(server);
  const stopSecond = client.addListener(() => undefined);
  stop();
  await settle();
  const stopThird = client.addListener(listener);
  stopSecond();
  expect(await outcomeAt(server, userUrl)).toBe('declined');
  expect(await isFound(server, userUrl)).toBe(true);
  stopThird();
  stopThird();
  expect(await isFound(server, userUrl)).toBe(false);
  expect(await outcomeAt(server, userUrl)).toBe('unreachable');
  client.addListener(listener);
  expect(await outcomeAt(server, userUrl)).toBe('declined');
});

test('[G11] who listens until a signal ends it is not found any more after that', async () => {
  const server = await aServer();
  const { client } = aBrowser(server);
  const listening = new AbortController();
  client.addListener((invitation) => invitation.decline(), { signal: listening.signal });
  await settle();
  const { current: userUrl = '' } = client.userUrl;
  expect(await isFound(server, userUrl)).toBe(true);
  listening.abort();
  expect(await isFound(server, userUrl)).toBe(false);
});

test('who listens no more before the session is open is not found', async () => {
  const server = await aServer();
  const { client } = aBrowser(server);
  client.addListener(() => undefined)();
  await client.connect();
  await settle();
  expect(await outcomeAt(server, client.userUrl.current ?? '')).toBe('unreachable');
});

test('nobody opens a session again who does not listen, or has closed', async () => {
  const server = await aServer();
  const [ann, bob] = [await aListener(server), await aListener(server)];
  ann.stop();
  const opened = [ann, bob].map((one) => one.opened.length);
  server.node.close();
  await settle();
  await bob.client.close();
  await pass(server, 30_000);
  expect([ann, bob].map((one) => one.opened.length)).toEqual(opened);
  expect(server.clock.pendingTimers).toBe(0);
});

test('a session that is refused for good is not asked for again and again', async () => {
  const server = await aServer();
  const { client, opened } = aBrowser(server, {
    client: {
      accessToken: async () => {
        throw new ConferenceError('not-authorized');
      },
    },
  });
  client.addListener(() => undefined);
  await pass(server, 30_000);
  expect(opened).toEqual([]);
});
