/** The thread that writes down single sources of one room: a UDP socket to the media server, and files. Ended by `close`, or `terminate()`. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { logOnlyErrors } from '../av/log.ts';
import type { RoomEvent, TracksCommand, TracksSettings } from './messages.ts';
import { TrackRecorders } from './track-recorders.ts';

const loopback = '127.0.0.1';
/** Bytes: whole pictures of many people come at once. */
const socketBuffer = 4_000_000;
/** Milliseconds: less than a packet waits for one before it. */
const tickEveryMs = 20;

async function runTracks({ remotePort }: TracksSettings, tell: (event: RoomEvent) => void): Promise<void> {
  logOnlyErrors();
  const socket = createSocket({ type: 'udp4', recvBufferSize: socketBuffer, sendBufferSize: socketBuffer });
  socket.bind(0, loopback);
  await once(socket, 'listening');
  const recorders = new TrackRecorders({
    tell,
    // What is lost on the way is asked for again.
    send: (datagram) => socket.send(datagram, remotePort, loopback, () => undefined),
    now: () => performance.now(),
    wallMs: () => Date.now(),
  });
  socket.on('message', (datagram, { address, port }) => {
    if (address === loopback && port === remotePort) recorders.handleDatagram(datagram);
  });
  const ticking = setInterval(() => recorders.tick(), tickEveryMs);
  parentPort?.on('message', (command: TracksCommand) => {
    if (command.type === 'record-track') return recorders.begin(command.recording, command.request);
    if (command.type === 'stop-recording') return void recorders.stop(command.recording);
    clearInterval(ticking);
    // Only when FFmpeg does nothing more for it, and not out of a call of its: else the whole process ends with the thread.
    void recorders.close().then(() => setImmediate(() => process.exit()));
  });
  tell({ type: 'opened', port: socket.address().port });
}

await runTracks(workerData as TracksSettings, (event) => parentPort?.postMessage(event));
