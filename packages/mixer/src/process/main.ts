/** The mixer's process: one thread for each room. It ends with the process that made it, however that ends. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { MixerCommand, MixerEvent, RoomCommand, RoomEvent } from './messages.ts';

/** Milliseconds that a thread has to end by itself. A thread that is ended within a call of FFmpeg takes the process with it. */
const closeWithinMs = 15_000;
/** Milliseconds for which files are waited for, to be made whole, when nobody is there any more for whom it is done. */
const endWithinMs = 2_500;

const threads = new Map<number, Worker>();
/** Those that were told to close. */
const ending = new Set<Promise<void>>();
/** Where nobody hears it any more, what is being made whole goes on all the same. */
const tell = (event: MixerEvent) => {
  if (process.connected) process.send?.(event, undefined, undefined, () => undefined);
};

/** What each kind of room runs. */
const programs = {
  open: new URL('./room-thread.ts', import.meta.url),
  'open-tracks': new URL('./tracks-thread.ts', import.meta.url),
} as const;

function open({ type, room, settings }: Extract<MixerCommand, { type: keyof typeof programs }>): void {
  const thread = new Worker(programs[type], { workerData: settings });
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
  if (command.type === 'open' || command.type === 'open-tracks') return open(command);
  if (command.type === 'tell') return threads.get(room)?.postMessage(command.command);
  end(room);
});

function end(room: number): void {
  const thread = threads.get(room);
  threads.delete(room);
  if (thread === undefined) return;
  const ended = endThread(thread).finally(() => ending.delete(ended));
  ending.add(ended);
}

async function endThread(thread: Worker): Promise<void> {
  const ended = once(thread, 'exit');
  thread.postMessage({ type: 'close' } satisfies RoomCommand);
  const timer = setTimeout(() => void thread.terminate(), closeWithinMs);
  await ended;
  clearTimeout(timer);
}

process.on('disconnect', () => {
  // A codec that hangs keeps its thread, and would keep the process.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), endWithinMs).unref();
  for (const room of [...threads.keys()]) end(room);
  void Promise.all(ending).then(() => process.exit());
});
// Ctrl-C is for the server, which ends its mixer itself.
process.on('SIGINT', () => undefined);
