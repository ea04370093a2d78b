// node bench/mixer/main.ts [--people 4,9,16] [--repeats 2] [--seconds 20] [--json FILE]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from '../report-file.ts';
import { measureMixers } from './measure.ts';
import { formatMixers } from './report.ts';

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '4,9,16' },
    repeats: { type: 'string', default: '2' },
    seconds: { type: 'string', default: '20' },
    json: { type: 'string' },
  },
});

const result = await measureMixers({
  log: (line) => console.error(line),
  people: values.people.split(',').map(Number),
  repeats: Number(values.repeats),
  measureMs: 1_000 * Number(values.seconds),
});
console.log(`${describeMachine(new Date())}\n\n${formatMixers(result)}`);
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);
