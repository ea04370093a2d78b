// The result as Markdown tables.
import type { CapacityResult, CostResult, ForwardingResult, MemoryResult } from './measure.ts';
import type { ServerName } from './rig.ts';

export function formatReport(result: ForwardingResult): string {
  const sections = [
    section('Server CPU per forwarded packet', result.costs, costTable),
    section('Largest audience of one core', result.capacities, capacityTable),
    section('Memory per receiver', result.memory, memoryTable),
    ...result.notes.map((note) => `Note: ${note}.`),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function section<T>(title: string, rows: readonly T[], format: (rows: readonly T[]) => string): string {
  return rows.length === 0 ? '' : `### ${title}\n\n${format(rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function costTable(costs: readonly CostResult[]): string {
  const head = [
    'receivers',
    'transport-cc',
    'server',
    'µs/packet',
    'of Janus',
    'of one-loop Janus',
    'core',
    'loss',
  ];
  return table(
    [...head, 'runs µs/packet'],
    costs.map((cost) => [
      String(cost.receivers),
      yesNo(cost.transportCc),
      cost.server,
      cost.median.microsecondsPerPacket.toFixed(2),
      ratioTo('janus', cost, costs),
      ratioTo('janus-loop', cost, costs),
      percent(cost.median.core, 0),
      percent(cost.median.loss, 2),
      cost.samples.map((sample) => sample.microsecondsPerPacket.toFixed(2)).join(', '),
    ]),
  );
}

/** Against a peer at the same load; marked where that peer lost packets, as its cost is then no fair figure. */
function ratioTo(server: ServerName, cost: CostResult, costs: readonly CostResult[]): string {
  const peer = costs.find(
    (other) =>
      other.server === server && other.receivers === cost.receivers && other.transportCc === cost.transportCc,
  );
  if (!peer || peer === cost) return '';
  const share = cost.median.microsecondsPerPacket / peer.median.microsecondsPerPacket;
  return `${share.toFixed(2)}${peer.median.loss > 0.001 ? ' (saturated)' : ''}`;
}

function capacityTable(capacities: readonly CapacityResult[]): string {
  return table(
    ['server', 'transport-cc', 'receivers without loss', 'packets/s', 'core', 'first with loss'],
    capacities.map(({ server, transportCc, carried, failed }) => [
      server,
      yesNo(transportCc),
      carried ? String(carried.receivers) : 'none tried',
      carried ? carried.packetsPerSecond.toFixed(0) : '',
      carried ? percent(carried.core, 0) : '',
      failed
        ? `${failed.receivers}: ${percent(failed.loss, 2)} (core ${percent(failed.core, 0)})`
        : 'not reached',
    ]),
  );
}

function memoryTable(memory: readonly MemoryResult[]): string {
  return table(
    ['server', 'transport-cc', 'from', 'to', 'kB per receiver'],
    memory.map(({ server, transportCc, from, to, bytesPerReceiver }) => [
      server,
      yesNo(transportCc),
      String(from),
      String(to),
      (bytesPerReceiver / 1024).toFixed(0),
    ]),
  );
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function percent(share: number, digits: number): string {
  return `${(share * 100).toFixed(digits)} %`;
}
