// npm run bench [-- --quick] [--only join,forwarding,mixer] [--joins 30] [--write] [--json FILE]
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ForwardingOptions, measureForwarding } from './forwarding/measure.ts';
import { formatReport } from './forwarding/report.ts';
import { type JoinOptions, measureJoins } from './join/measure.ts';
import { formatJoins } from './join/report.ts';
import { measureMixers } from './mixer/measure.ts';
import { formatMixers } from './mixer/report.ts';
import { describeMachine, writeFigures } from './report-file.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'join,forwarding' },
    joins: { type: 'string' },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const page = join(import.meta.dirname, '../docs/performance.md');
const log = (line: string) => console.error(line);

function joinOptions(): JoinOptions {
  const quick: JoinOptions = {
    joins: 5,
    others: [1, 4],
    roundTrips: [undefined, 30],
    limitPerRoomMs: 25_000,
  };
  return { log, ...(values.quick ? quick : {}), ...(values.joins ? { joins: Number(values.joins) } : {}) };
}

function forwardingOptions(): ForwardingOptions {
  // The second setting of Janus, and more repeats, are for `bench/forwarding` by itself: all within 25 minutes.
  const servers = ['plenum', 'janus'] as const;
  if (!values.quick) return { log, servers };
  const window = { warmUpMs: 2_000, measureMs: 4_000 };
  return { log, servers, receivers: [50, 200], repeats: 1, window, capacity: false, memory: false };
}

const begun = performance.now();
const parts = values.only.split(',');
// Forwarding comes last: it binds this process, and with it what it starts, to one core.
const joins = parts.includes('join') ? await measureJoins(joinOptions()) : undefined;
const quickMixers = values.quick ? { repeats: 1, measureMs: 8_000 } : {};
const mixers = parts.includes('mixer') ? await measureMixers({ log, ...quickMixers }) : undefined;
const forwarding = parts.includes('forwarding') ? await measureForwarding(forwardingOptions()) : undefined;

const report = [
  describeMachine(new Date()),
  ...(joins === undefined ? [] : ['## Joining', formatJoins(joins)]),
  ...(mixers === undefined ? [] : ['## Mixing', formatMixers(mixers)]),
  ...(forwarding === undefined ? [] : ['## Forwarding', formatReport(forwarding)]),
].join('\n\n');
console.log(report);
log(`took ${Math.round((performance.now() - begun) / 1000)} s`);
if (values.write) await writeFigures(page, report);
if (values.json !== undefined) {
  await writeFile(values.json, `${JSON.stringify({ joins, mixers, forwarding }, undefined, 2)}\n`);
}
