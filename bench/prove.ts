// `npm run prove`: what takes long or many to show, outside ./test. `--rooms 3,10,50,200`, `--churn 1000`.
import { parseArgs } from 'node:util';
import { proveChurn } from './prove/churn.ts';
import { measureRoomSizes, type RoomCosts } from './prove/room-sizes.ts';

const { values: flags } = parseArgs({
  options: {
    rooms: { type: 'string', default: '3,10,50,200' },
    churn: { type: 'string', default: '1000' },
  },
});

const columns: readonly (readonly [string, (costs: RoomCosts) => string])[] = [
  ['people', ({ size }) => String(size)],
  ['offer', ({ offerBytes }) => `${offerBytes} B`],
  ['answer', ({ answerBytes }) => `${answerBytes} B`],
  ['joiner sends', ({ joiner }) => `${joiner.sentMessages} messages, ${joiner.sentBytes} B`],
  ['joiner is sent', ({ joiner }) => `${joiner.receivedMessages} messages, ${joiner.receivedBytes} B`],
  [
    'each other',
    ({ otherMessages, otherBytes }) => `${otherMessages.toFixed(1)} messages, ${otherBytes.toFixed(0)} B`,
  ],
  ['server per join', ({ joinServerMs }) => `${joinServerMs.toFixed(1)} ms`],
  ['workers per join', ({ joinWorkersMs }) => `${joinWorkersMs.toFixed(1)} ms`],
  [
    'mute, each other',
    ({ muteMessages, muteBytes }) => `${muteMessages.toFixed(1)} messages, ${muteBytes.toFixed(0)} B`,
  ],
  ['server per mute', ({ muteServerMs }) => `${muteServerMs.toFixed(1)} ms`],
  ['consumers each', ({ consumersPerPerson }) => consumersPerPerson.toFixed(1)],
];

const sizes = flags.rooms
  .split(',')
  .filter((size) => size !== '')
  .map(Number);
if (sizes.length > 0) {
  console.log('## What a join and a mute cost, by the size of the room\n');
  const rows = await measureRoomSizes(sizes);
  console.log(`| ${columns.map(([title]) => title).join(' | ')} |`);
  console.log(`|${columns.map(() => '---').join('|')}|`);
  for (const row of rows) console.log(`| ${columns.map(([, cell]) => cell(row)).join(' | ')} |`);
}

const churn = Number(flags.churn);
if (churn > 0) {
  console.log(`\n## ${churn} joins and leaves\n`);
  for (const line of await proveChurn(churn)) console.log(line);
}
