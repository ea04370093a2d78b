// node bench/forwarding/main.ts [--quick] [--servers plenum,janus,janus-loop] [--receivers 50,200] [--repeats 3]
//   [--only costs,capacity,memory] [--json FILE]
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type ForwardingOptions, measureForwarding } from './measure.ts';
import { formatReport } from './report.ts';
import type { ServerName } from './rig.ts';

const serverNames: readonly ServerName[] = ['plenum', 'janus', 'janus-loop'];

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    servers: { type: 'string', default: 'plenum,janus,janus-loop' },
    receivers: { type: 'string' },
    repeats: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string', default: 'costs,capacity,memory' },
  },
});

const result = await measureForwarding({ ...options(), log: (line) => console.error(line) });
console.log(formatReport(result));
if (values.json === undefined) console.log(`\n\`\`\`json\n${JSON.stringify(result)}\n\`\`\``);
else await writeFile(values.json, `${JSON.stringify(result, undefined, 2)}\n`);

function options(): ForwardingOptions {
  const servers = serverNames.filter((name) => values.servers.split(',').includes(name));
  const receivers = values.receivers?.split(',').map(Number);
  const parts = values.only.split(',');
  const quick = { receivers: [50, 200], repeats: 1, window: { warmUpMs: 2_000, measureMs: 4_000 } };
  return {
    servers,
    costs: parts.includes('costs'),
    capacity: parts.includes('capacity') && !values.quick,
    memory: parts.includes('memory') && !values.quick,
    ...(values.quick ? quick : {}),
    ...(receivers ? { receivers } : {}),
    ...(values.repeats === undefined ? {} : { repeats: Number(values.repeats) }),
  };
}
