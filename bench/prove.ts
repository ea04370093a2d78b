// `npm run prove`: what takes long or many to show, outside ./test. `--rooms 3,10,50,200`, `--churn 1000`, `--fuzz 2000000`
// (within `--fuzz-minutes 120`, from `--seed 1` on), `--drift 600` (seconds; DRIFT_SECONDS without the flag).
import { parseArgs } from 'node:util';
import { proveChurn } from './prove/churn.ts';
import { proveDrift } from './prove/drift.ts';
import { proveFuzz } from './prove/fuzz.ts';
import { measureRoomSizes } from './prove/room-sizes.ts';
import { tableOfRooms } from './prove/room-table.ts';

const { values: flags } = parseArgs({
  options: {
    rooms: { type: 'string', default: '3,10,50,200' },
    churn: { type: 'string', default: '1000' },
    fuzz: { type: 'string', default: '2000000' },
    'fuzz-minutes': { type: 'string', default: '120' },
    seed: { type: 'string', default: '1' },
    drift: { type: 'string', default: process.env['DRIFT_SECONDS'] ?? '600' },
  },
});

const sizes = flags.rooms
  .split(',')
  .filter((size) => size !== '')
  .map(Number);
if (sizes.length > 0) {
  console.log('## What a join and a mute cost, by the size of the room\n');
  for (const line of tableOfRooms(await measureRoomSizes(sizes))) console.log(line);
}

const churn = Number(flags.churn);
if (churn > 0) {
  console.log(`\n## ${churn} joins and leaves\n`);
  for (const line of await proveChurn(churn)) console.log(line);
}

const fuzz = Number(flags.fuzz);
if (fuzz > 0) {
  console.log(`\n## ${fuzz} fuzzed messages\n`);
  const wish = { count: fuzz, minutes: Number(flags['fuzz-minutes']), seed: Number(flags.seed) };
  for (const line of await proveFuzz(wish)) console.log(line);
}

const drift = Number(flags.drift);
if (drift > 0) {
  console.log(`\n## Sound against picture through the mixer, over ${drift} s\n`);
  for (const line of await proveDrift(drift)) console.log(line);
}
