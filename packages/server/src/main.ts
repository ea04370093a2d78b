/** The program: reads the configuration, serves, and stops when it is told to. */
import { ConferenceError } from '@plenum/protocol';
import { formatAnnouncement } from './announcement.ts';
import { readConfig } from './config/config.ts';
import { formatHelp } from './config/help.ts';
import { type RunningServer, startServer } from './start.ts';

/** Longer than any part takes to stop; something hangs. */
const stopWithinMs = 10_000;

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** The first signal stops gently, the second at once. Until the server runs there is nothing to be gentle with. */
function stopOnSignals(serving: () => RunningServer | undefined): void {
  let isStopping = false;
  const handle = (signal: keyof typeof exitCodes) => {
    const server = serving();
    if (isStopping || server === undefined) process.exit(exitCodes[signal]);
    isStopping = true;
    setTimeout(() => process.exit(1), stopWithinMs).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => handle(signal));
}

async function main(): Promise<void> {
  const request = readConfig(process.argv.slice(2));
  if (request.kind === 'help') {
    process.stdout.write(formatHelp());
    return;
  }
  let server: RunningServer | undefined;
  stopOnSignals(() => server);
  const { config, storeKeys } = request;
  server = await startServer(config, { storeKeys });
  // Counted from the start of the process, as the person who waits does.
  process.stdout.write(formatAnnouncement(server.facts, performance.now(), process.stdout.isTTY === true));
}

try {
  await main();
} catch (error) {
  // What the person can mend is one sentence; anything else is ours and needs its stack.
  if (error instanceof ConferenceError) console.error(`plenum: ${error.message}`);
  else console.error(error);
  process.exit(1);
}
