/** The thread of one room: its mixer, a UDP socket to the media server, and the time. Ended by `close`, or `terminate()`. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { LiveEvent } from '../live/state.ts';
import { RoomMixer } from '../room/room-mixer.ts';
import { Broadcasters } from './broadcasters.ts';
import type { RoomCommand, RoomEvent, RoomSettings } from './messages.ts';
import { Recorders } from './recorders.ts';
import { runOnSchedule } from './schedule.ts';

const loopback = '127.0.0.1';
/** Bytes: whole pictures of many people come at once. */
const socketBuffer = 4_000_000;
const soundPeriodMs = 20;
/** Milliseconds: of sound nothing may be missing, but nobody wants to hear it so much later. */
const soundMadeUpMs = 200;
const reportPeriodMs = 1_000;
/** Of the height of the picture. */
const nameShare = 0.05;

async function runRoom(settings: RoomSettings, tell: (event: RoomEvent) => void): Promise<void> {
  const { encoding, picture, small, remotePort, fontFile } = settings;
  const socket = createSocket({ type: 'udp4', recvBufferSize: socketBuffer, sendBufferSize: socketBuffer });
  socket.bind(0, loopback);
  await once(socket, 'listening');
  const mixer = await RoomMixer.open({
    encoding,
    names: { fontFile, height: 2 * Math.round((encoding.height * nameShare) / 2) },
    picture,
    small,
    // What is lost on the way is asked for again, or missed.
    send: (datagram) => socket.send(datagram, remotePort, loopback, () => undefined),
    now: () => performance.now(),
    wallMs: () => Date.now(),
  });
  socket.on('message', (datagram, { address, port }) => {
    if (address === loopback && port === remotePort) mixer.handleDatagram(datagram);
  });
  const recorders = new Recorders(mixer, encoding, tell);
  const broadcasters = new Broadcasters(mixer, encoding, tell);
  const coming = new Set<Promise<void>>();
  const stops: (() => void)[] = [];
  parentPort?.on('message', (command: RoomCommand) =>
    carryOut({ mixer, recorders, broadcasters, coming, stops, tell }, command),
  );
  stops.push(
    every(soundPeriodMs, soundMadeUpMs, (dueMs) => mixer.tickSound(dueMs)),
    // Where there is too much to do there are fewer pictures: several at once would show the same, at the cost of sound.
    every(1_000 / encoding.framesPerSecond, 0, () => mixer.tickPicture()),
    every(reportPeriodMs, 0, () => mixer.report()),
  );
  tell({ type: 'opened', port: socket.address().port });
}

interface ThreadParts {
  readonly mixer: RoomMixer;
  readonly recorders: Recorders;
  readonly broadcasters: Broadcasters;
  /** Those whose codecs are being opened. */
  readonly coming: Set<Promise<void>>;
  /** Of what is done by the clock. */
  readonly stops: readonly (() => void)[];
  readonly tell: (event: RoomEvent) => void;
}

function carryOut(parts: ThreadParts, command: RoomCommand): void {
  const { mixer, recorders, broadcasters, coming, stops, tell } = parts;
  const begin = (opening: Promise<void>) => {
    const begun = opening.finally(() => coming.delete(begun));
    coming.add(begun);
  };
  switch (command.type) {
    case 'add': {
      const { participant } = command;
      return begin(
        mixer.add(participant).catch((thrown: unknown) => {
          tell({ type: 'refused', id: participant.id, reason: String(thrown) });
        }),
      );
    }
    case 'show-small':
      return begin(
        mixer.showSmall(command.isWanted).catch((thrown: unknown) => {
          tell({ type: 'refused', id: 'small', reason: String(thrown) });
        }),
      );
    case 'remove':
      return mixer.remove(command.id);
    case 'arrange':
      return mixer.arrange(command.arrangement);
    case 'record':
      return recorders.begin(command.recording, command.request);
    case 'stop-recording':
      return void recorders.stop(command.recording);
    case 'broadcast':
      return broadcasters.begin(command.broadcast);
    case 'stop-broadcast':
      return broadcasters.stop(command.broadcast);
    case 'close':
      for (const stop of stops) stop();
      // Only when FFmpeg does nothing more for it, and not out of a call of its: else the whole process ends with the thread.
      return void Promise.all([recorders.close(), broadcasters.close(), ...coming]).then(() =>
        setImmediate(() => process.exit()),
      );
  }
}

function every(periodMs: number, madeUpMs: number, call: (dueMs: number) => void): () => void {
  const after = (delayMs: number, callback: () => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  };
  return runOnSchedule({ periodMs, madeUpMs, now: () => performance.now(), after, call });
}

/** Media is made anew for each event, so that it can be handed over instead of being copied. */
function movedWith(event: RoomEvent): readonly ArrayBuffer[] {
  const media = event.type === 'live' ? mediaOf(event.event) : undefined;
  return media?.buffer instanceof ArrayBuffer ? [media.buffer] : [];
}

function mediaOf(event: LiveEvent): Uint8Array | undefined {
  if (event.type === 'stream-began') return event.init;
  return event.type === 'part-finished' ? event.data : undefined;
}

await runRoom(workerData as RoomSettings, (event) => parentPort?.postMessage(event, movedWith(event)));
