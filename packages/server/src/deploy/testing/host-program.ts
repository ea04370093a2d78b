/** A host that runs a hyperty which never ends, tells the number of its process, and waits to be killed. */
import { readFileSync } from 'node:fs';
import { silentLogger } from '@plenum/hyperty';
import { createWorkerSandbox } from '../worker-sandbox.ts';

const source = {
  name: 'Busy',
  language: 'javascript',
  text: `export default () => ({ name: 'busy' });`,
} as const;
await createWorkerSandbox({ logger: silentLogger }).run(source, {
  url: 'hyperty://acme.test/s1/Busy',
  bus: {
    send: () => undefined,
    request: async () => ({ code: 200 }),
    listen: () => () => undefined,
  },
  configuration: {},
  signal: undefined,
  onEnded: () => undefined,
});
process.stdout.write(readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8'));
setInterval(() => undefined, 60_000);
