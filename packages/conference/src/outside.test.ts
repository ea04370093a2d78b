/** Who sends from outside, by a link that it offers: a participant like any other, who sees and hears nothing. */
import { createFakeMediaServer, type FakeOfferOptions, fakeOffer } from '@plenum/media/fake';
import {
  type ConnectionData,
  conferenceMethods,
  connectionSnapshotSchema,
  type Identity,
  type Publications,
  type ResultOf,
  type RoomId,
} from '@plenum/protocol';
import { settle } from '@plenum/testkit';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { defaultConferenceLimits } from './limits.ts';
import {
  aClient,
  aConference,
  aConnection,
  aContext,
  type Client,
  type Conference,
  joins,
  known,
  namesIn,
  seenBy,
  standup,
} from './testing/conference-fixture.ts';

interface SendOptions extends FakeOfferOptions {
  readonly room?: string;
  readonly offer?: string;
  readonly identity?: Partial<Identity>;
}

interface Encoder extends Client {
  readonly id: string;
  readonly joined: ResultOf<'joinRoom'>;
}

async function sends(conference: Conference, name: string, options: SendOptions = {}): Promise<Encoder> {
  const { room: roomId = 'standup', identity, offer = fakeOffer(options) } = options;
  const client = aClient(conference, name, '198.18.0.9', identity);
  const { sources = ['microphone', 'camera'] } = options;
  const publications: Publications = Object.fromEntries(sources.map((source) => [source, { muted: false }]));
  const context = aContext(client, { publications });
  const params = { roomId, name, context: context.snapshot(), offer };
  const joined = v.parse(conferenceMethods.joinRoom.result, await client.execute('joinRoom', params));
  await settle();
  return { ...client, id: joined.participantId, joined };
}

/** The link of who sends, on the media server. */
function linkOf({ router }: Conference) {
  const link = router().connections.find(({ slots }) => slots.length === 0);
  if (link === undefined) throw new Error('nobody sends from outside');
  return link;
}

test('[C63] is answered at once, and shown to everybody', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const { joined, id } = await sends(conference, 'Studio');
  expect(joined.connection?.data).toMatchObject({
    connectionDescription: { type: 'answer', negotiation: 1 },
    publishOn: { microphone: 'track0', camera: 'track1' },
    slots: {},
  });
  expect(namesIn(ann)).toEqual(['Ann', 'Studio']);
  expect(ann.room.data.participants[id]).toMatchObject({
    name: 'Studio',
    status: 'live',
    role: 'participant',
    publications: { microphone: { muted: false }, camera: { muted: false } },
  });
  expect(ann.shown('video')).toContain('Studio');
  expect(linkOf(conference).publishing).toEqual(new Set(['microphone', 'camera']));
});

test('[C63] comes to who joins later too', async () => {
  const conference = await aConference();
  await sends(conference, 'Studio');
  const ann = await joins(conference, 'Ann');
  expect(ann.shown('video')).toContain('Studio');
  expect(ann.shown('audio')).toContain('Studio');
});

test('[C63] [C14] is muted and removed by moderators', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const studio = await sends(conference, 'Studio');
  await ann.asks('muteParticipant', { participantId: studio.id, source: 'microphone' });
  await settle();
  expect(linkOf(conference).publishing).toEqual(new Set(['camera']));
  await ann.asks('removeParticipant', { participantId: studio.id, reason: 'Enough.' });
  await settle();
  expect(studio.endings).toEqual(['removed']);
  expect(namesIn(ann)).toEqual(['Ann']);
  expect(await conference.counts()).toMatchObject({ participants: 1, transports: 1 });
});

test('[C64] is gone as soon as its link is', async () => {
  for (const status of ['disconnected', 'closed', 'failed'] as const) {
    const conference = await aConference();
    const ann = await joins(conference, 'Ann');
    const studio = await sends(conference, 'Studio');
    linkOf(conference).setStatus(status);
    await settle();
    expect(studio.endings).toEqual(['media-failed']);
    expect(namesIn(ann)).toEqual(['Ann']);
  }
});

test('[C64] is gone where the link is never made', async () => {
  const mediaServer = createFakeMediaServer({ connectsByItself: false });
  const conference = { ...(await aConference({}, { mediaServer })), mediaServer };
  const studio = await sends(conference, 'Studio');
  conference.clock.advance(defaultConferenceLimits.connectWithinMs);
  await settle();
  expect(studio.endings).toEqual(['media-failed']);
  expect(await mediaServer.dump()).toMatchObject({ routers: 0 });
});

test('[C63] [C28] gets another answer for each wish for an ICE restart', async () => {
  const conference = await aConference();
  await joins(conference, 'Ann');
  const studio = await sends(conference, 'Studio');
  const snapshot = studio.joined.connection;
  if (snapshot === undefined) throw new Error('there is no link');
  const server = studio.runtime.syncher.adopt(snapshot, studio.url, (x) =>
    v.parse(connectionSnapshotSchema, x),
  );
  const before = server.data.connectionDescription?.sdp;
  const own: Partial<ConnectionData> = {
    inReplyTo: server.url,
    connectionDescription: { type: 'offer', sdp: fakeOffer(), negotiation: 1 },
  };
  const connection = aConnection(studio, own);
  await connection.inviteObserver(conference.conference.url);
  for (const wish of [1, 2]) {
    connection.set('iceRestart', wish);
    await settle();
    expect(server.data.connectionDescription).toMatchObject({ type: 'answer', negotiation: 1 + wish });
  }
  expect(server.data.connectionDescription?.sdp).not.toBe(before);
  expect(namesIn(await joins(conference, 'Ben'))).toContain('Studio');
});

test('[C63] an offer that is none lets nobody in, and opens no room', async () => {
  const conference = await aConference();
  await expect(sends(conference, 'Studio', { offer: 'v=0\r\n' })).rejects.toMatchObject({
    code: 'invalid-offer',
  });
  await settle();
  expect(await conference.counts()).toMatchObject({ rooms: 0, participants: 0, transports: 0 });
});

test('[C63] [C16] who may publish nothing of it does not come in', async () => {
  const conference = await aConference();
  await joins(conference, 'Ann');
  for (const grant of [{ role: 'listener' as const }, { publish: [] }, { publish: ['screen' as const] }]) {
    const identity = known('Studio', grant);
    await expect(sends(conference, 'Studio', { identity })).rejects.toMatchObject({ code: 'not-authorized' });
  }
  const { id } = await sends(conference, 'Studio', {
    identity: known('Studio', { publish: ['microphone'] }),
  });
  const room = conference.conference.room(standup);
  expect(room?.communication.participants[id]?.publications).toEqual({ microphone: { muted: false } });
  expect(linkOf(conference).publishing).toEqual(new Set(['microphone']));
});

test('[C63] [C35] does not wait in a lobby, but for a token of the room', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  await ann.asks('changeSettings', { settings: { hasLobby: true } });
  await expect(sends(conference, 'Studio')).rejects.toMatchObject({ code: 'not-authorized' });
  expect(await conference.counts()).toMatchObject({ waiting: 0 });
  await sends(conference, 'Studio', { identity: known('Studio', { room: standup }) });
  expect(namesIn(ann)).toEqual(['Ann', 'Studio']);
});

test('[C65] a room that it opens is owned by the next who comes in, not by it', async () => {
  const conference = await aConference();
  const studio = await sends(conference, 'Studio');
  const ann = await joins(conference, 'Ann');
  const ben = await joins(conference, 'Ben');
  expect(seenBy(ann, ann)?.role).toBe('owner');
  expect(seenBy(ann, ben)?.role).toBe('participant');
  expect(ann.room.data.participants[studio.id]?.role).toBe('participant');
});

test('[C65] [C19] a room is not handed over to it either', async () => {
  const conference = await aConference();
  const ann = await joins(conference, 'Ann');
  const studio = await sends(conference, 'Studio');
  await ann.asks('leaveRoom');
  await settle();
  const ben = await joins(conference, 'Ben');
  expect(seenBy(ben, ben)?.role).toBe('owner');
  expect(ben.room.data.participants[studio.id]?.role).toBe('participant');
});

test('[C63] [C48] takes a room that changes over to the media server, and comes into no mesh', async () => {
  const conference = await aConference();
  conference.conference.createRoom(standup, { topology: 'auto' });
  const { joined } = await sends(conference, 'Studio');
  expect(joined.communication.data.plan).toBe('sfu');
  conference.conference.createRoom('huddle' as RoomId, { topology: 'mesh' });
  await expect(sends(conference, 'Studio', { room: 'huddle' })).rejects.toMatchObject({
    code: 'needs-media-server',
  });
});
