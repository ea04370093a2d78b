// Debian's Janus with its video room, as shipped but for what binds it to this host and silences unused plugins.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { NativePeer } from '../load-client/native-peer.ts';
import { type JanusHandle, JanusSession, type Jsep } from './janus-api.ts';
import { pinToCore, raisePriority } from './process-usage.ts';
import {
  cores,
  inBatches,
  publishedTracks,
  type Rig,
  type RigOptions,
  untilConnected,
  whileSilent,
} from './rig.ts';

export interface JanusRigOptions extends RigOptions {
  /** Threads that share all handles, for one core one; left out, Janus starts one per handle, as shipped. */
  readonly eventLoops?: number;
}

const room = 1234;
const plugin = 'janus.plugin.videoroom';
const batch = 8;
const startTimeoutMs = 10_000;

export async function startJanusRig(options: JanusRigOptions): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-janus-'));
  const [address, port] = [ownAddress(), await freePort()];
  await writeConfiguration(folder, { address, port, ...options });
  // Janus does not notice that its parent has gone; the kernel tells it.
  const command = ['--pdeathsig', 'TERM', 'janus', '-F', folder, '-C', join(folder, 'janus.jcfg')];
  const child = spawn('setpriv', command, { stdio: 'ignore' });
  // Before it has threads, because each has a priority of its own.
  if (child.pid !== undefined) raisePriority(child.pid);
  const stop = async (): Promise<void> => {
    await endProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const session = await openSession(`ws://127.0.0.1:${port}`, child);
    await pinToCore(child.pid ?? 0, cores.server);
    const rig = new JanusRig(child.pid ?? 0, session, address, options, stop);
    await rig.start();
    return rig;
  } catch (error) {
    await stop();
    throw error;
  }
}

class JanusRig implements Rig {
  readonly name: string;
  readonly pid: number;
  readonly #session: JanusSession;
  readonly #address: string;
  readonly #options: JanusRigOptions;
  readonly #stop: () => Promise<void>;
  readonly #peers: NativePeer[] = [];
  #publisher: NativePeer | undefined;
  #feed: number | undefined;

  constructor(
    pid: number,
    session: JanusSession,
    address: string,
    options: JanusRigOptions,
    stop: () => Promise<void>,
  ) {
    this.name = options.eventLoops === undefined ? 'janus' : 'janus-loop';
    this.pid = pid;
    this.#session = session;
    this.#address = address;
    this.#options = options;
    this.#stop = stop;
  }

  async start(): Promise<void> {
    const handle = await this.#session.attach(plugin);
    const { transportCc } = this.#options;
    await handle.message({
      request: 'create',
      room,
      publishers: 1,
      videocodec: 'vp8',
      audiocodec: 'opus',
      transport_wide_cc_ext: transportCc,
    });
    const joined = await handle.message({ request: 'join', ptype: 'publisher', room });
    this.#feed = joined.data.id;
    await this.#publish(handle);
  }

  async addReceivers(count: number): Promise<void> {
    await whileSilent(this.#publisher, async () => inBatches(count, batch, async () => this.#subscribe()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#peers.map((peer) => peer.close()));
    this.#session.close();
    await this.#stop();
  }

  async #publish(handle: JanusHandle): Promise<void> {
    const { transportCc } = this.#options;
    const peer = this.#addPeer();
    const options = { publish: publishedTracks, transportCc, localAddress: this.#address };
    const sdp = await peer.createOffer(options);
    const published = await handle.message({ request: 'publish' }, { type: 'offer', sdp });
    await peer.acceptAnswer(sdpOf(published.jsep), options);
    await untilConnected(peer);
    await this.#untilListed(handle);
    this.#publisher = peer;
  }

  /** The room can be subscribed to only after Janus has noticed on its side that the publisher is connected. */
  async #untilListed(handle: JanusHandle): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    for (;;) {
      const { data } = await handle.message({ request: 'listparticipants', room });
      if (data.participants?.some(({ publisher }) => publisher)) return;
      if (Date.now() > deadline) throw new Error('the publisher does not appear in the room');
      await delay(50);
    }
  }

  async #subscribe(): Promise<void> {
    const { transportCc } = this.#options;
    const handle = await this.#session.attach(plugin);
    const attached = await handle.message({
      request: 'join',
      ptype: 'subscriber',
      room,
      streams: [{ feed: this.#feed }],
    });
    const peer = this.#addPeer();
    const sdp = await peer.answerOffer(sdpOf(attached.jsep), { transportCc, localAddress: this.#address });
    await handle.message({ request: 'start' }, { type: 'answer', sdp });
    await untilConnected(peer);
  }

  #addPeer(): NativePeer {
    const peer = this.#options.client.createPeer();
    this.#peers.push(peer);
    return peer;
  }
}

function sdpOf(jsep: Jsep | undefined): string {
  if (!jsep) throw new Error('janus sent no description');
  return jsep.sdp;
}

/** libnice gathers no loopback candidates; packets to one's own address pass through the loopback device all the same. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  const own = all.find((entry) => entry.family === 'IPv4' && !entry.internal);
  if (!own) throw new Error('Janus needs an IPv4 address besides loopback');
  return own.address;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return bound !== null && typeof bound === 'object' ? bound.port : 0;
}

interface Configuration {
  readonly address: string;
  readonly port: number;
  readonly eventLoops?: number;
}

async function writeConfiguration(
  folder: string,
  { address, port, eventLoops }: Configuration,
): Promise<void> {
  const loops = eventLoops === undefined ? '' : `event_loops = ${eventLoops}`;
  const files = {
    'janus.jcfg': `general: { debug_level = 2\n ${loops} }
nat: { ice_enforce_list = "${address}" }
media: { rtp_port_range = "30000-32767" }
plugins: { disable = "${await unused('plugins', 'videoroom')}" }
transports: { disable = "${await unused('transports', 'websockets')}" }
events: { broadcast = false }
`,
    'janus.transport.websockets.jcfg': `general: { ws = true\n ws_ip = "127.0.0.1"\n ws_port = ${port} }\n`,
    'janus.plugin.videoroom.jcfg': 'general: { }\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

const libraryFolders = [
  '/usr/lib/x86_64-linux-gnu/janus',
  '/usr/lib/aarch64-linux-gnu/janus',
  '/usr/lib/janus',
];

async function unused(kind: 'plugins' | 'transports', wanted: string): Promise<string> {
  for (const folder of libraryFolders) {
    const files = await readdir(join(folder, kind)).catch(() => undefined);
    if (files) return files.filter((file) => file.endsWith('.so') && !file.includes(wanted)).join(',');
  }
  throw new Error('Janus is not installed (Debian package janus)');
}

async function openSession(url: string, child: ChildProcess): Promise<JanusSession> {
  const failed = Promise.withResolvers<never>();
  child.once('error', (error) => failed.reject(new Error('Janus did not start', { cause: error })));
  child.once('exit', () => failed.reject(new Error('Janus ended at once')));
  // Nobody may be listening any more when Janus ends as it should.
  failed.promise.catch(() => undefined);
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    try {
      return await Promise.race([JanusSession.open(url), failed.promise]);
    } catch (error) {
      if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline) throw error;
      await delay(100);
    }
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(timer);
}
