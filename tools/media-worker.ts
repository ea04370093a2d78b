// Says which media worker would run. Exits with 0 if it is one that was built here or given, or any with --any.
import { parseArgs } from 'node:util';
import { resolveMediaWorker } from '../native/media-worker/resolve.ts';

const { values: flags } = parseArgs({ options: { any: { type: 'boolean', default: false } } });
const { MEDIASOUP_WORKER_BIN: workerBin } = process.env;
const worker = await resolveMediaWorker({ workerBin });
const isGood = worker.kind.startsWith('built-') || workerBin !== undefined;

console.log(worker.description);
process.exitCode = worker.path !== undefined && (isGood || flags.any) ? 0 : 1;
