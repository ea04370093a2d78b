/**
 * The process of a sandboxed hyperty: starts its thread, passes lines between it and the host, and ends itself when the
 * host is gone or too much memory is taken. Its own thread runs nothing of the hyperty, so it can always do that.
 */
import { Worker } from 'node:worker_threads';
import { createLineReader } from './line-reader.ts';

/** Milliseconds between two looks at the memory. */
const lookEveryMs = 100;

/** UTF-16 units of one line from the host: the snapshot of a room of thousands. */
const maxLineLength = 32 * 1024 * 1024;

const [heapMb = 0, memoryMb = 0] = process.argv.slice(2).map(Number);

const thread = new Worker(new URL('./sandbox-thread.ts', import.meta.url), {
  env: {},
  argv: [],
  execArgv: ['--experimental-vm-modules', '--no-warnings', '--permission'],
  stdin: false,
  stdout: true,
  stderr: true,
  resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 8, stackSizeMb: 1 },
});

/** An orderly exit would wait for the thread, which may be where nothing can interrupt it. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Pipes are written at once. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function endOutOfMemory(): void {
  say('{"kind":"out-of-memory"}');
  end();
}

thread.on('message', say);
thread.on('error', (error: Error & { readonly code?: string }) =>
  error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? endOutOfMemory() : end(),
);
thread.on('exit', end);

// Memory outside the heap, which the thread's own limits do not count.
setInterval(() => {
  if (process.memoryUsage.rss() > memoryMb * 1024 * 1024) endOutOfMemory();
}, lookEveryMs);

const read = createLineReader(maxLineLength, { onLine: (line) => thread.postMessage(line), onTooLong: end });
process.stdin.setEncoding('utf8').on('data', read).on('end', end).on('error', end);
