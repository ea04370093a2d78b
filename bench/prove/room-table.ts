// The figures of rooms as a table.
import type { RoomCosts } from './room-sizes.ts';

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
  ['of it deltas of the room', ({ roomDeltas }) => roomDeltas.toFixed(1)],
  ['of the server’s Connection', ({ connectionDeltas }) => connectionDeltas.toFixed(1)],
  ['server per join', ({ joinServerMs }) => `${joinServerMs.toFixed(1)} ms`],
  ['workers per join', ({ joinWorkersMs }) => `${joinWorkersMs.toFixed(1)} ms`],
  [
    'mute, each other',
    ({ muteMessages, muteBytes }) => `${muteMessages.toFixed(1)} messages, ${muteBytes.toFixed(0)} B`,
  ],
  ['mute reaches all (p50)', ({ muteReachesAllMs }) => `${muteReachesAllMs.toFixed(1)} ms`],
  ['server per mute', ({ muteServerMs }) => `${muteServerMs.toFixed(1)} ms`],
  ['consumers each', ({ consumersPerPerson }) => consumersPerPerson.toFixed(1)],
];

/** Lines of Markdown. */
export function tableOfRooms(rows: readonly RoomCosts[]): readonly string[] {
  return [
    `| ${columns.map(([title]) => title).join(' | ')} |`,
    `|${columns.map(() => '---').join('|')}|`,
    ...rows.map((row) => `| ${columns.map(([, cell]) => cell(row)).join(' | ')} |`),
  ];
}
