/**
 * A program in a room, without sound or picture: says who is there, who comes and who goes.
 * `node examples/watch-a-room.ts [server] [room]`
 */
import { HypertyRuntime, openWebSocketLink } from '@plenum/hyperty';
import {
  type CommunicationData,
  communicationSnapshotSchema,
  conferenceMethods,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';

const [server = 'http://localhost:8080', roomId = 'standup'] = process.argv.slice(2);
const { hostname: domain, href: url } = new URL('ws', `${server.replace(/^http/, 'ws').replace(/\/$/, '')}/`);
const runtime = new HypertyRuntime({
  domain,
  openLink: openWebSocketLink({ url }),
  onClosed: (error) => console.log(error === undefined ? 'left' : `left: ${error.message}`),
});
const watcher = runtime.hypertyUrl('watcher');
const conference = wellKnown.conference(domain);
await runtime.claim([watcher]);

// What it says of itself: a Context that publishes nothing, and which the conference server may observe.
const { reporter: context } = runtime.syncher.create({
  url: `context://${domain}/${runtime.sessionId}/watcher`,
  reporter: watcher,
  schema: 'Context',
  name: roomId,
  data: { scheme: 'context', name: roomId, owner: watcher, publications: {} },
});
context.addObserver(conference);

// Whoever can neither send nor receive is in the room without a media connection.
const none = { audio: [], video: [] };
const capabilities = { send: none, receive: none };
const params = { roomId, name: 'Watcher', context: context.snapshot(), capabilities };
const { value } = await runtime.bus.request({
  type: 'execute',
  from: watcher,
  to: conference,
  body: { method: 'joinRoom', params },
});
const joined = v.parse(conferenceMethods.joinRoom.result, value);

// The room's public state is one object; who came and who went is the difference between two of its states.
const room = runtime.syncher.adopt(joined.communication, watcher, (snapshot) =>
  v.parse(communicationSnapshotSchema, snapshot),
);
let people: CommunicationData['participants'] = {};

function tellDifference(now: CommunicationData['participants']): void {
  const before = people;
  people = now;
  for (const [id, { name }] of Object.entries(now)) {
    if (before[id] === undefined && id !== joined.participantId) console.log(`${name} is here`);
  }
  for (const [id, { name }] of Object.entries(before)) if (now[id] === undefined) console.log(`${name} left`);
}

console.log(`watching ${roomId}`);
tellDifference(room.data.participants);
room.on('changed', ({ participants }) => tellDifference(participants));
room.on('deleted', () => runtime.close());

process.once('SIGINT', () => runtime.close());
process.once('SIGTERM', () => runtime.close());
