// node bench/join/main.ts [--joins 30] [--others 1,4,8] [--rtt 0,30,100] [--json FILE]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { measureJoins } from './measure.ts';
import { formatJoins } from './report.ts';

const { values } = parseArgs({
  options: {
    joins: { type: 'string', default: '30' },
    others: { type: 'string', default: '1,4,8' },
    rtt: { type: 'string', default: '0,30,100' },
    json: { type: 'string' },
  },
});

const result = await measureJoins({
  joins: Number(values.joins),
  others: values.others.split(',').map(Number),
  roundTrips: values.rtt.split(',').map((text) => Number(text) || undefined),
  log: (line) => console.error(line),
});
console.log(formatJoins(result));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
