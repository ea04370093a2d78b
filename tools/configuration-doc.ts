// Writes docs/configuration.md and the help that ./start shows before anything is installed, from the schema of the
// configuration. With --check it only says whether they are current.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatHelp, formatOptionTable } from '@plenum/server/help';

const document = `<!-- Written by tools/configuration-doc.ts from packages/server/src/config/schema.ts. Change it there. -->

# Configuration

Nothing needs to be configured for a try on one machine. Every option can be set in three ways; the first that says
something counts:

1. a flag of \`./start\`; those of lists may be repeated;
2. an environment variable; lists have commas between their parts;
3. a JSON file named by \`--config FILE\` or \`PLENUM_CONFIG\`, with the names of the first column:

   \`\`\`json
   { "host": "0.0.0.0", "publicUrl": "https://meet.example.org", "limits": { "rooms": 100 } }
   \`\`\`

What is not understood is refused at the start, with the name of the option and what is allowed: no misspelt option is
ever ignored.

${formatOptionTable()}
## Reachable from other machines

Browsers give camera and microphone only to pages over HTTPS or from \`localhost\`. So for others either give
\`tlsCert\` and \`tlsKey\`, or put a proxy before Plenum ([reverse-proxy.md](reverse-proxy.md)).

Media does not go through the proxy. It goes straight to the machine, over UDP, or TCP where UDP is blocked, on one
port for each media worker: \`mediaBasePort\` and those after it. Open them in the firewall. Media listens on loopback
only while the server is for this machine only; once \`host\`, \`publicUrl\` or \`announcedAddress\` says that others are
to reach it, on every usable IPv4 and IPv6 address of the host it is bound to. Behind NAT, \`announcedAddress\` is the
address that browsers are to send to; each stands for one of the machine's own.

People behind firewalls that let neither through are reached by the relay, on ports of its own: [relay.md](relay.md).

## Names that no room can have

\`/healthz\`, \`/metrics\`, \`/ws\` and whatever lies in the built app are the server's own.
`;

const outputs = [
  { path: 'docs/configuration.md', content: document },
  { path: 'packages/server/help.txt', content: formatHelp() },
];

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

const { values: flags } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
for (const { path, content } of outputs) {
  if (!flags.check) writeFileSync(path, content);
  else if (read(path) !== content) {
    console.error(`${path} is not current: run node tools/configuration-doc.ts`);
    process.exitCode = 1;
  }
}
