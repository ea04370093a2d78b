import { HypertyRuntime } from '@plenum/hyperty';
import type { Address, ConnectionData } from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import { expect, test } from 'vitest';
import { aBrowser, called, joinsMesh, names, pass, type Server } from '../testing/call-fixture.ts';
import { aMeshOf, connectAll, linkTo, type Person } from '../testing/mesh-fixture.ts';

/** A stranger who brings a Connection to whom it likes. */
async function aStranger({ node, clock }: Server) {
  const runtime = new HypertyRuntime({
    domain: 'acme.test',
    openLink: node.openLink({ origin: '198.18.0.9' }),
    clock,
  });
  const owner = runtime.hypertyUrl('client');
  await runtime.claim([owner]);
  const bring = (peer: Address) => {
    const { reporter } = runtime.syncher.create<ConnectionData>({
      url: `connection://acme.test/${runtime.sessionId}/1`,
      reporter: owner,
      schema: 'Connection',
      name: 'standup',
      data: { scheme: 'connection', name: 'standup', owner, peer, status: 'new', iceCandidates: [] },
    });
    return reporter.inviteObserver(peer);
  };
  return { bring };
}

const open = ({ pairLinks }: Person) => pairLinks.filter(({ isClosed }) => !isClosed);

test('[C47] a mesh of four has twelve Connections, two for each pair, and no media server', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd', 'Dan']);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 12, communicationObjects: 1 });
  expect(await server.mediaServer.dump()).toMatchObject({ routers: 0, transports: 0 });
  for (const { room, links, pairLinks } of Object.values(all)) {
    expect(pairLinks).toHaveLength(3);
    expect(names(room)).toEqual(['Ann', 'Bob', 'Cyd', 'Dan']);
    expect(room.topology.current).toBe('mesh');
    expect(room.state.current).toEqual({ name: 'connected' });
    expect(links).toEqual([]);
    for (const { isLocal, camera } of room.participants.current) {
      if (!isLocal) expect(camera?.track?.id).toMatch(/^pair \d camera$/);
    }
  }
});

test('[C47] of two the later begins and the earlier answers, giving way where both offer', async () => {
  const { all } = await aMeshOf(['Ann', 'Bob']);
  expect(linkTo(all.Ann, 'Bob').isPolite).toBe(true);
  expect(linkTo(all.Bob, 'Ann').isPolite).toBe(false);
  expect(linkTo(all.Bob, 'Ann').theirs?.description).toMatchObject({ type: 'answer', negotiation: 1 });
});

test('[C47] what is found of ways to be reached goes to the other, a few at a time', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob']);
  linkTo(all.Ann, 'Bob').find('candidate:1');
  linkTo(all.Ann, 'Bob').find('');
  const found = () => linkTo(all.Bob, 'Ann').theirs?.candidates.map(({ candidate }) => candidate);
  expect(found()).toEqual([]);
  await pass(server, 250);
  expect(found()).toEqual(['candidate:1', '']);
});

test('[C47] the fifth is told that the room is full', async () => {
  const { server } = await aMeshOf(['Ann', 'Bob', 'Cyd', 'Dan']);
  await expect(joinsMesh(server, 'Eve')).rejects.toMatchObject({
    code: 'capacity-exceeded',
    message: 'The room is full: it holds 4.',
  });
});

test('who leaves is let go by all, and who comes again is linked anew', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  await all.Bob.client.leaveRoom('standup');
  await pass(server, 250);
  expect(names(all.Ann.room)).toEqual(['Ann', 'Cyd']);
  expect([all.Bob, all.Ann, all.Cyd].map((person) => open(person).length)).toEqual([0, 1, 1]);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 2 });
  await joinsMesh(server, 'Bob');
  expect([all.Ann, all.Cyd].map((person) => open(person).length)).toEqual([2, 2]);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 6 });
});

test('[C20] a muted source is not played, even of somebody who goes on sending', async () => {
  const { all } = await aMeshOf(['Ann', 'Bob']);
  await all.Ann.room.mute(called(all.Ann.room, 'Bob').id, 'microphone');
  await settle();
  expect(called(all.Ann.room, 'Bob').microphone).toMatchObject({ muted: true, track: undefined });
  expect(linkTo(all.Ann, 'Bob').trackOf('microphone')).toBeDefined();
  expect(all.Bob.localMedia.muted.current).toBe(true);
});

test('each is told by the link to them at which size they are shown', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  all.Ann.room.setVisible(new Map([[called(all.Ann.room, 'Bob').id, 180]]));
  await pass(server, 250);
  expect(linkTo(all.Bob, 'Ann').shown).toBe(180);
  expect(linkTo(all.Cyd, 'Ann').shown).toBe(0);
});

test('a link that is lost shows, is restarted, and is made anew where that does not help', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  const link = linkTo(all.Bob, 'Ann');
  link.change('disconnected');
  expect(called(all.Bob.room, 'Ann').status).toBe('reconnecting');
  expect(called(all.Bob.room, 'Cyd').status).toBe('live');
  expect(all.Bob.room.state.current).toEqual({ name: 'connected' });
  await pass(server, 2_500);
  expect(link.restarts).toBe(1);
  expect(linkTo(all.Ann, 'Bob').theirs?.description).toMatchObject({ type: 'offer', negotiation: 2 });
  await pass(server, 12_000);
  expect(link.isClosed).toBe(true);
  expect(open(all.Bob)).toHaveLength(2);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 6 });
  await connectAll(server, [all.Ann, all.Bob]);
  expect(called(all.Bob.room, 'Ann').status).toBe('live');
});

test('[C15] who has no use for media is there all the same, and nobody asks again', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob']);
  const watcher = aBrowser(server, { name: 'Wes', isWithoutMedia: true });
  await watcher.client.joinRoom('standup', { name: 'Wes' });
  await pass(server, 500);
  for (const { room } of Object.values(all)) expect(names(room)).toEqual(['Ann', 'Bob', 'Wes']);
  await joinsMesh(server, 'Cyd');
  await pass(server, 30_000);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 6 });
  expect(watcher.pairLinks).toEqual([]);
});

test('a session that is lost for good takes its links with it, and over the next there are others', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob', 'Cyd']);
  const before = open(all.Bob);
  all.Bob.network.cut();
  await pass(server, 40_000);
  expect(open(all.Ann)).toHaveLength(1);
  all.Bob.network.restore();
  await pass(server, 20_000);
  expect(names(all.Bob.room)).toEqual(expect.arrayContaining(['Ann', 'Bob', 'Cyd']));
  expect([all.Ann, all.Bob, all.Cyd].map((person) => open(person).length)).toEqual([2, 2, 2]);
  expect(before.every(({ isClosed }) => isClosed)).toBe(true);
  expect(server.node.dump()).toMatchObject({ connectionObjects: 6 });
});

test('[C47] a link is begun only by somebody in the room', async () => {
  const { server, all } = await aMeshOf(['Ann', 'Bob']);
  const { bring } = await aStranger(server);
  const bob = called(all.Bob.room, 'Bob').hypertyUrl as Address;
  await expect(bring(bob)).rejects.toMatchObject({ code: 'participant-not-found' });
  expect(open(all.Bob)).toHaveLength(1);
});
