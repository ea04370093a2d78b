/** What participants send over their data channels to the media server, and who gets it. */
import { type DataChannelName, formatAddressed, type ParticipantId, parseForwarded } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { type Conference, joins, known, twoPeople, type Visitor } from './testing/conference-fixture.ts';

/** The media server's end of somebody's link; they came in this order. */
function linkOf({ router }: Conference, order: number) {
  const connection = router().connections[order];
  if (connection === undefined) throw new Error('there is no link');
  const received: { readonly from: string; readonly bytes: readonly number[] }[] = [];
  connection.onDelivered = (message) => {
    const { from, payload } = parseForwarded(message);
    received.push({ from, bytes: [...payload] });
  };
  const sends = (
    to: readonly Pick<Visitor, 'id'>[],
    bytes: readonly number[],
    by: DataChannelName = 'files',
  ) =>
    connection.arrive(formatAddressed({ to: to.map(({ id }) => id), payload: Uint8Array.from(bytes) }), by);
  return { connection, received, sends };
}

async function threePeople() {
  const { conference, ann, bob } = await twoPeople();
  const cyd = await joins(conference, 'Cyd');
  const links = [linkOf(conference, 0), linkOf(conference, 1), linkOf(conference, 2)] as const;
  return { conference, people: [ann, bob, cyd] as const, links };
}

test('[C55] a message reaches those it names, and says who sent it', async () => {
  const { people, links } = await threePeople();
  const [ann, bob, cyd] = people;
  links[0].sends([bob], [1, 2]);
  links[2].sends([bob, ann], [3]);
  expect(links[1].received).toEqual([
    { from: ann.id, bytes: [1, 2] },
    { from: cyd.id, bytes: [3] },
  ]);
  expect(links[0].received).toEqual([{ from: cyd.id, bytes: [3] }]);
});

test('[C55] one that names nobody reaches everybody else', async () => {
  const { people, links } = await threePeople();
  links[0].sends([], [7], 'signals');
  for (const link of [links[1], links[2]])
    expect(link.received).toEqual([{ from: people[0].id, bytes: [7] }]);
  expect(links[0].received).toEqual([]);
});

test('[C55] to nobody goes what is for oneself, for who is not here, or is not understood', async () => {
  const { people, links } = await threePeople();
  links[0].sends([people[0]], [1]);
  links[0].sends([{ id: 'nobody' as ParticipantId }], [1]);
  links[0].connection.arrive(Uint8Array.of(9, 9, 9), 'files');
  links[0].connection.arrive(new Uint8Array(), 'signals');
  links[0].sends(
    [],
    Array.from({ length: 2_000 }, () => 1),
    'signals',
  );
  for (const { received } of links) expect(received).toEqual([]);
});

test('[C55] whose token takes data away sends none', async () => {
  const { conference, ann } = await twoPeople();
  await joins(conference, 'Cyd', { identity: known('Cyd', { data: false }) });
  const [toAnn, , ofCyd] = [linkOf(conference, 0), linkOf(conference, 1), linkOf(conference, 2)];
  ofCyd.sends([ann], [1]);
  ofCyd.sends([], [1], 'signals');
  expect(toAnn.received).toEqual([]);
});

test('[C55] who signals too often is heard less often, and others as before', async () => {
  const { conference, links } = await threePeople();
  for (let count = 0; count < 100; count += 1) links[0].sends([], [1], 'signals');
  links[1].sends([], [2], 'signals');
  expect(links[2].received).toHaveLength(61);
  conference.clock.advance(1_000);
  links[0].sends([], [3], 'signals');
  expect(links[2].received).toHaveLength(62);
});
