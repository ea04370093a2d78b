/** The mixer's process: one thread for each room. It ends with the process that made it, however that ends. */
import { Worker } from 'node:worker_threads';
import type { MixerCommand, MixerEvent, RoomEvent, RoomSettings } from './messages.ts';

const threads = new Map<number, Worker>();
const tell = (event: MixerEvent) => process.send?.(event);

function open(room: number, settings: RoomSettings): void {
  const thread = new Worker(new URL('./room-thread.ts', import.meta.url), { workerData: settings });
  threads.set(room, thread);
  thread.on('message', (event: RoomEvent) => tell({ type: 'told', room, event }));
  let reason = 'the thread ended';
  thread.on('error', (thrown) => {
    reason = String(thrown);
  });
  thread.on('exit', () => {
    if (threads.delete(room)) tell({ type: 'ended', room, reason });
  });
}

process.on('message', (command: MixerCommand) => {
  const { room } = command;
  if (command.type === 'open') return open(room, command.settings);
  if (command.type === 'tell') return threads.get(room)?.postMessage(command.command);
  const thread = threads.get(room);
  threads.delete(room);
  void thread?.terminate();
});
process.on('disconnect', () => process.exit());
// Ctrl-C is for the server, which ends its mixer itself.
process.on('SIGINT', () => undefined);
