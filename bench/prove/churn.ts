// Many joins and leaves by native peers: nothing is left over, and memory is level.
import { SignallingParticipant, until } from '@plenum/testkit';
import { ServerProcess } from '../join/server-process.ts';
import { LoadClient } from '../load-client/load-client.ts';
import { residentKb } from './process-time.ts';
import { gauge } from './room-sizes.ts';

const gauges = [
  'plenum_rooms',
  'plenum_participants',
  'plenum_sessions',
  'plenum_transports',
  'plenum_producers',
  'plenum_consumers',
] as const;

/** Little room for garbage: what the server then takes is what it holds, and a leak would end it. */
const tight = ['--max-old-space-size=64', '--max-semi-space-size=4'];

/** How many come and go at once: some meet, so that slots are filled and emptied. */
const atOnce = 4;

/** Lines of a report. Throws where something is left over. */
export async function proveChurn(joins: number): Promise<readonly string[]> {
  await using client = await LoadClient.start({});
  const server = await ServerProcess.start({ host: '127.0.0.1', nodeFlags: tight, origins: [] });
  try {
    const lines = [
      '| joins | server heap | server external | server RSS | workers RSS |',
      '|---|---|---|---|---|',
    ];
    const sample = async (done: number) => {
      const { server: own, workers } = residentKb(server.pid);
      const heap = await gauge(server.url, 'nodejs_heap_size_used_bytes');
      const external = await gauge(server.url, 'nodejs_external_memory_bytes');
      const megabytes = [heap / 2 ** 20, external / 2 ** 20, own / 1024, workers / 1024];
      lines.push(`| ${done} | ${megabytes.map((size) => `${size.toFixed(1)} MB`).join(' | ')} |`);
    };
    for (let done = 0; done < joins; done += atOnce) {
      if (done % Math.ceil(joins / 10) < atOnce) await sample(done);
      await Promise.all(Array.from({ length: atOnce }, (_, index) => comeAndGo(server, client, index)));
    }
    await until(async () => (await leftOver(server)).length === 0);
    await sample(joins);
    return [...lines, '', `Left over: nothing (${gauges.join(', ')} are 0).`];
  } finally {
    await server.close();
  }
}

async function comeAndGo(server: ServerProcess, client: LoadClient, index: number): Promise<void> {
  const peer = await client.createPeer();
  const participant = await SignallingParticipant.join({
    serverUrl: `${server.url}/`,
    domain: 'localhost',
    roomId: `churn-${index % 2}`,
    name: `Person ${index}`,
    publications: { microphone: { muted: false }, camera: { muted: false } },
    answer: (offer) =>
      peer.answerOffer(offer, { publish: [{ kind: 'audio' }, { kind: 'video' }], receive: true }),
  });
  await participant.untilConnected();
  participant.close();
  await peer.close();
}

async function leftOver(server: ServerProcess): Promise<readonly string[]> {
  const values = await Promise.all(gauges.map((name) => gauge(server.url, name)));
  return gauges.filter((_, index) => values[index] !== 0);
}
