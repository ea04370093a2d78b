// What a join and a change of state cost in rooms of 3, 10, 50 and 200: real signalling, real SDP, native peers.
import { SignallingParticipant, until, type WireCount } from '@plenum/testkit';
import { ServerProcess } from '../join/server-process.ts';
import { LoadClient } from '../load-client/load-client.ts';
import { type ServerTime, serverTime, timeSince } from './process-time.ts';

export interface RoomCosts {
  readonly size: number;
  readonly offerBytes: number;
  readonly answerBytes: number;
  /** Of the joiner's wire, until everybody sees it live. */
  readonly joiner: WireCount;
  /** Of one other's wire, meanwhile. */
  readonly otherMessages: number;
  readonly otherBytes: number;
  /** Among these: changes of the Communication object, and of the server's Connection to that one. */
  readonly roomDeltas: number;
  readonly connectionDeltas: number;
  readonly joinServerMs: number;
  readonly joinWorkersMs: number;
  /** Of one other's wire, for one mute. */
  readonly muteMessages: number;
  readonly muteBytes: number;
  /** From the change until its text is at the socket of the last of the others, all of which this process reads. */
  readonly muteReachesAllMs: number;
  readonly muteServerMs: number;
  readonly consumersPerPerson: number;
}

const rounds = 8;
/** Above what a large room waits before it tells more of the same, in milliseconds. */
const quietMs = 600;
const unmuted = { microphone: { muted: false }, camera: { muted: false } };

export async function measureRoomSizes(sizes: readonly number[]): Promise<readonly RoomCosts[]> {
  await using client = await LoadClient.start({ tickMs: 6 });
  const results: RoomCosts[] = [];
  for (const size of sizes) {
    const server = await ServerProcess.start({ host: '127.0.0.1', origins: [] });
    try {
      results.push(await measureRoom(server, client, size));
    } finally {
      await server.close();
    }
  }
  return results;
}

interface Crowd {
  readonly people: readonly Joined[];
  readonly join: (name: string) => Promise<Joined>;
}

/** What came at one socket. */
interface Arrivals {
  roomDeltas: number;
  connectionDeltas: number;
  /** Of the last delta of the room, on `performance`'s clock. */
  lastRoomDeltaAt: number;
}

interface Joined {
  readonly participant: SignallingParticipant;
  readonly arrivals: Arrivals;
  readonly offerBytes: number;
  readonly answerBytes: number;
  readonly leave: () => Promise<void>;
}

async function measureRoom(server: ServerProcess, client: LoadClient, size: number): Promise<RoomCosts> {
  const join = joinerOf(server, client, `room-of-${size}`);
  const joined: Joined[] = [];
  for (let index = 0; index < size - 1; index++) joined.push(await join(`Person ${index}`));
  const crowd: Crowd = { people: joined, join };
  await untilAllSee(crowd, size - 1);
  const consumers = await gauge(server.url, 'plenum_consumers');
  const joins = await repeat(() => measureJoin(server, crowd, size));
  const mutes = await repeat((round) => measureMute(server, crowd, round));
  for (const { leave } of joined) await leave();
  const [first] = joins;
  if (first === undefined) throw new Error('nothing was measured');
  return {
    size,
    offerBytes: first.offerBytes,
    answerBytes: first.answerBytes,
    joiner: first.joiner,
    otherMessages: mean(joins.map(({ otherMessages }) => otherMessages)),
    otherBytes: mean(joins.map(({ otherBytes }) => otherBytes)),
    roomDeltas: mean(joins.map(({ deltas }) => deltas.room)),
    connectionDeltas: mean(joins.map(({ deltas }) => deltas.connection)),
    joinServerMs: median(joins.map(({ time }) => time.serverMs)),
    joinWorkersMs: median(joins.map(({ time }) => time.workersMs)),
    muteMessages: mean(mutes.map(({ messages }) => messages)),
    muteBytes: mean(mutes.map(({ bytes }) => bytes)),
    muteReachesAllMs: median(mutes.map(({ reachesAllMs }) => reachesAllMs)),
    muteServerMs: median(mutes.map(({ time }) => time.serverMs)),
    consumersPerPerson: consumers / (size - 1),
  };
}

function joinerOf(server: ServerProcess, client: LoadClient, roomId: string): Crowd['join'] {
  return async (name) => {
    const peer = await client.createPeer();
    let offerBytes = 0;
    let answerBytes = 0;
    const arrivals: Arrivals = { roomDeltas: 0, connectionDeltas: 0, lastRoomDeltaAt: 0 };
    const participant = await SignallingParticipant.join({
      serverUrl: `${server.url}/`,
      domain: 'localhost',
      roomId,
      name,
      publications: unmuted,
      onText: (text) => count(arrivals, text),
      // Of two hundred copies each change would be checked two hundred times, and the figures be those of this program.
      isChecking: false,
      answer: async (offer) => {
        const publish = [{ kind: 'audio' }, { kind: 'video' }] as const;
        const answer = await peer.answerOffer(offer, { publish, receive: true });
        // The figures are those of signalling: what media costs is measured by itself.
        for (const { name } of peer.senders) await peer.setPaused(name, true);
        offerBytes = Buffer.byteLength(offer);
        answerBytes = Buffer.byteLength(answer);
        return answer;
      },
    });
    await participant.untilConnected();
    const leave = async () => {
      participant.close();
      await peer.close();
    };
    return { participant, arrivals, offerBytes, answerBytes, leave };
  };
}

function count(arrivals: Arrivals, text: string): void {
  if (!text.includes('/changes"')) return;
  if (text.includes('"from":"connection:')) arrivals.connectionDeltas += 1;
  if (!text.includes('"from":"comm:')) return;
  arrivals.roomDeltas += 1;
  arrivals.lastRoomDeltaAt = performance.now();
}

function deltasOf(people: readonly Joined[]): { readonly room: number; readonly connection: number } {
  return {
    room: people.reduce((sum, { arrivals }) => sum + arrivals.roomDeltas, 0),
    connection: people.reduce((sum, { arrivals }) => sum + arrivals.connectionDeltas, 0),
  };
}

async function measureJoin(server: ServerProcess, crowd: Crowd, size: number) {
  const { people } = crowd;
  await quiet();
  const wiresBefore = totals(people);
  const deltasBefore = deltasOf(people);
  const timeBefore = serverTime(server.pid);
  const joined = await crowd.join('Newcomer');
  await untilAllSee({ ...crowd, people: [...people, joined] }, size);
  const time = timeSince(timeBefore, serverTime(server.pid));
  await quiet();
  const wires = totals(people);
  const deltas = deltasOf(people);
  const joiner = { ...joined.participant.wire };
  await joined.leave();
  await untilAllSee(crowd, size - 1);
  return {
    offerBytes: joined.offerBytes,
    answerBytes: joined.answerBytes,
    joiner,
    otherMessages: (wires.messages - wiresBefore.messages) / people.length,
    otherBytes: (wires.bytes - wiresBefore.bytes) / people.length,
    deltas: {
      room: (deltas.room - deltasBefore.room) / people.length,
      connection: (deltas.connection - deltasBefore.connection) / people.length,
    },
    time,
  };
}

/** Somebody else each time. */
async function measureMute(server: ServerProcess, { people }: Crowd, round: number) {
  const muter = people[round % people.length];
  if (muter === undefined) throw new Error('nobody is there');
  await quiet();
  const others = people.filter((each) => each !== muter);
  const before = totals(others);
  const timeBefore: ServerTime = serverTime(server.pid);
  const { context, id } = muter.participant;
  const muted = context.data.publications.microphone?.muted !== true;
  const begun = performance.now();
  context.set('publications', { ...unmuted, microphone: { muted } });
  await until(() =>
    others.every(
      ({ participant }) => participant.room.data.participants[id]?.publications.microphone?.muted === muted,
    ),
  );
  const reachesAllMs = Math.max(...others.map(({ arrivals }) => arrivals.lastRoomDeltaAt)) - begun;
  const time = timeSince(timeBefore, serverTime(server.pid));
  await quiet();
  const after = totals(others);
  return {
    messages: (after.messages - before.messages) / others.length,
    bytes: (after.bytes - before.bytes) / others.length,
    reachesAllMs,
    time,
  };
}

/** What came before has been told to everybody. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, quietMs));
}

async function untilAllSee({ people }: Crowd, size: number): Promise<void> {
  await until(() =>
    people.every(({ participant }) => {
      const seen = Object.values(participant.room.data.participants);
      return seen.length === size && seen.every(({ status }) => status === 'live');
    }),
  );
}

function totals(people: readonly Joined[]) {
  const wires = people.map(({ participant }) => participant.wire);
  return {
    messages: wires.reduce(
      (sum, { sentMessages, receivedMessages }) => sum + sentMessages + receivedMessages,
      0,
    ),
    bytes: wires.reduce((sum, { sentBytes, receivedBytes }) => sum + sentBytes + receivedBytes, 0),
  };
}

export async function gauge(serverUrl: string, name: string): Promise<number> {
  const page = await (await fetch(`${serverUrl}/metrics`)).text();
  const [, value = 'NaN'] = new RegExp(`^${name} (\\S+)$`, 'm').exec(page) ?? [];
  return Number(value);
}

async function repeat<T>(run: (round: number) => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await run(round));
  return results;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
