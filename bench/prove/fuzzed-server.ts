// The program that is fuzzed: the server, without limits on how much one address may send, and told to collect its garbage.
import type { Logger } from '@plenum/hyperty';
import { createConfig, startServer } from '@plenum/server';

/** What it says of itself when it is asked. */
export interface Condition {
  /** Bytes, after all garbage was collected. */
  readonly heap: number;
  readonly external: number;
  /** Failures that it calls its own. */
  readonly failures: readonly string[];
}

export type Report = { readonly url: string } | Condition;

/** Nothing that a machine can send in the time. */
const unlimited = {
  sessionsPerAddress: 10_000,
  messagesPerSecond: 1_000_000,
  roomsPerAddress: 10_000,
  participantsPerRoom: 1_000,
  rooms: 10_000,
};

const failures: string[] = [];
const logger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (message, fields) => {
    failures.push(`${message} ${JSON.stringify(fields)}`);
  },
  child: () => logger,
};

function report(what: Report): void {
  process.send?.(what);
}

/** Twice: what the first round finalises, the second frees. */
async function describeCondition(): Promise<Condition> {
  for (let round = 0; round < 2; round++) {
    globalThis.gc?.();
    await new Promise(setImmediate);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, external, failures };
}

const [, , data = ''] = process.argv;
const config = createConfig({
  port: 0,
  mediaBasePort: 0,
  mediaWorkers: 1,
  data,
  resumeSeconds: 1,
  limits: unlimited,
});
const { url } = await startServer(config, { logger });
process.on('message', async () => report(await describeCondition()));
process.on('disconnect', () => process.exit(0));
report({ url });
