/** Who one is over a reload of the page, and what a token has to say to it. */
import { createTokenService } from '@plenum/messaging-node/tokens';
import { FakeClock, settle, until } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aBrowser, aServer, names, type Server } from './testing/call-fixture.ts';

async function aServerWithTokens() {
  const clock = new FakeClock();
  const tokens = createTokenService({
    key: new Uint8Array(32).fill(7),
    domain: 'acme.test',
    now: () => clock.now(),
  });
  const tokenOf = (user: string | undefined, room?: string) =>
    tokens.mintAccess({
      user,
      grant: { ...(room !== undefined && { room }) },
      expires: clock.now() + 3_600_000,
    });
  return { server: await aServer('acme.test', { clock, tokens }), tokenOf };
}

/** A tab keeps one text for its pages. */
function aTab(server: Server) {
  let kept: string | undefined;
  const identityStore = {
    load: () => kept,
    save: (text: string) => {
      kept = text;
    },
  };
  /** Opens a page in it in place of the one before; gives the user that the page is. */
  return async (accessToken?: string): Promise<string | undefined> => {
    const { client } = aBrowser(server, { client: { identityStore, accessToken } });
    const before = kept;
    await client.connect();
    // What to keep is told after the opening.
    await until(() => kept !== before);
    const user = client.userUrl.current;
    await client.close();
    return user;
  };
}

test('a guest who reloads the page is the same guest, and another tab is another', async () => {
  const { server } = await aServerWithTokens();
  const load = aTab(server);
  const guest = await load();
  expect(guest).toMatch(/^user:\/\/acme\.test\/guest-/);
  expect(await load()).toBe(guest);
  expect(await aTab(server)()).not.toBe(guest);
});

test('a link with a token makes one who it says, also in a tab that was somebody else’s before', async () => {
  const { server, tokenOf } = await aServerWithTokens();
  const load = aTab(server);
  const guest = await load();
  expect(await load(await tokenOf('ann'))).toBe('user://acme.test/ann');
  expect(await load(await tokenOf('ben'))).toBe('user://acme.test/ben');
  const link = await tokenOf(undefined);
  const byLink = await load(link);
  expect(byLink).not.toBe(guest);
  expect(await load(link)).toBe(byLink);
});

test('who goes on to a page without a token stays who they are', async () => {
  const { server, tokenOf } = await aServerWithTokens();
  const load = aTab(server);
  await load(await tokenOf('ann'));
  expect(await load()).toBe('user://acme.test/ann');
});

test('a room that one’s token is not for costs neither the rooms one is in nor a session', async () => {
  const { server, tokenOf } = await aServerWithTokens();
  const { client, opened } = aBrowser(server, { client: { accessToken: await tokenOf('ann', 'standup') } });
  await client.connect();
  await settle();
  const room = await client.joinRoom('standup', { name: 'Ann' });
  await expect(client.joinRoom('other', { name: 'Ann' })).rejects.toMatchObject({
    code: 'token-for-another-room',
  });
  expect(opened).toHaveLength(1);
  expect(names(room)).toEqual(['Ann']);
  await client.close();
  await settle();
  expect(server.node.dump().sessions).toBe(1);
});

test('a session of who one was before gives way to the token, once nothing is held over it any more', async () => {
  const { server, tokenOf } = await aServerWithTokens();
  let kept: string | undefined;
  const identityStore = {
    load: () => kept,
    save: (text: string) => {
      kept = text;
    },
  };
  const before = aBrowser(server, {
    client: { identityStore, accessToken: async () => tokenOf('ann', 'standup') },
  });
  await before.client.connect();
  await until(() => kept);
  await before.client.close();
  const { client } = aBrowser(server, {
    client: { identityStore, accessToken: async () => tokenOf('ann') },
  });
  const standup = await client.joinRoom('standup', { name: 'Ann' });
  const other = await client.joinRoom('other', { name: 'Ann' });
  await settle();
  expect([names(standup), names(other)]).toEqual([['Ann'], ['Ann']]);
  expect(server.node.dump().sessions).toBe(3);
  await standup.leave();
  await settle();
  expect(server.node.dump().sessions).toBe(2);
  expect(names(other)).toEqual(['Ann']);
  await client.close();
  await settle();
  expect(server.node.dump().sessions).toBe(1);
});
