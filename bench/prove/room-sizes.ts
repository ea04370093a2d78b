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
  readonly joinServerMs: number;
  readonly joinWorkersMs: number;
  /** Of one other's wire, for one mute. */
  readonly muteMessages: number;
  readonly muteBytes: number;
  readonly muteServerMs: number;
  readonly consumersPerPerson: number;
}

const rounds = 8;
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
  readonly people: readonly SignallingParticipant[];
  readonly join: (name: string) => Promise<Joined>;
}

interface Joined {
  readonly participant: SignallingParticipant;
  readonly offerBytes: number;
  readonly answerBytes: number;
  readonly leave: () => Promise<void>;
}

async function measureRoom(server: ServerProcess, client: LoadClient, size: number): Promise<RoomCosts> {
  const join = joinerOf(server, client, `room-of-${size}`);
  const joined: Joined[] = [];
  for (let index = 0; index < size - 1; index++) joined.push(await join(`Person ${index}`));
  const crowd: Crowd = { people: joined.map(({ participant }) => participant), join };
  await untilAllSee(crowd, size - 1);
  const consumers = await gauge(server.url, 'plenum_consumers');
  const joins = await repeat(() => measureJoin(server, crowd, size));
  const mutes = await repeat(() => measureMute(server, crowd));
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
    joinServerMs: median(joins.map(({ time }) => time.serverMs)),
    joinWorkersMs: median(joins.map(({ time }) => time.workersMs)),
    muteMessages: mean(mutes.map(({ messages }) => messages)),
    muteBytes: mean(mutes.map(({ bytes }) => bytes)),
    muteServerMs: median(mutes.map(({ time }) => time.serverMs)),
    consumersPerPerson: consumers / (size - 1),
  };
}

function joinerOf(server: ServerProcess, client: LoadClient, roomId: string): Crowd['join'] {
  return async (name) => {
    const peer = await client.createPeer();
    let offerBytes = 0;
    let answerBytes = 0;
    const participant = await SignallingParticipant.join({
      serverUrl: `${server.url}/`,
      domain: 'localhost',
      roomId,
      name,
      publications: unmuted,
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
    return { participant, offerBytes, answerBytes, leave };
  };
}

async function measureJoin(server: ServerProcess, crowd: Crowd, size: number) {
  const wiresBefore = totals(crowd.people);
  const timeBefore = serverTime(server.pid);
  const joined = await crowd.join('Newcomer');
  await untilAllSee({ ...crowd, people: [...crowd.people, joined.participant] }, size);
  const time = timeSince(timeBefore, serverTime(server.pid));
  const wires = totals(crowd.people);
  const joiner = { ...joined.participant.wire };
  await joined.leave();
  await untilAllSee(crowd, size - 1);
  return {
    offerBytes: joined.offerBytes,
    answerBytes: joined.answerBytes,
    joiner,
    otherMessages: (wires.messages - wiresBefore.messages) / crowd.people.length,
    otherBytes: (wires.bytes - wiresBefore.bytes) / crowd.people.length,
    time,
  };
}

async function measureMute(server: ServerProcess, { people }: Crowd) {
  const [muter, ...others] = people;
  if (muter === undefined) throw new Error('nobody is there');
  const before = totals(others);
  const timeBefore: ServerTime = serverTime(server.pid);
  const muted = muter.connection.data.publications?.microphone?.muted !== true;
  muter.connection.set('publications', { ...unmuted, microphone: { muted } });
  await until(() =>
    others.every(({ room }) => room.data.participants[muter.id]?.publications.microphone?.muted === muted),
  );
  const time = timeSince(timeBefore, serverTime(server.pid));
  const after = totals(others);
  return {
    messages: (after.messages - before.messages) / others.length,
    bytes: (after.bytes - before.bytes) / others.length,
    time,
  };
}

async function untilAllSee({ people }: Crowd, size: number): Promise<void> {
  await until(() =>
    people.every(({ room }) => {
      const seen = Object.values(room.data.participants);
      return seen.length === size && seen.every(({ status }) => status === 'live');
    }),
  );
}

function totals(people: readonly SignallingParticipant[]) {
  const wires = people.map(({ wire }) => wire);
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

async function repeat<T>(run: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  for (let round = 0; round < rounds; round++) results.push(await run());
  return results;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
