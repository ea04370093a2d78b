/** `node bench/audience/crowd.ts URL PEOPLE SECONDS`: a crowd that looks on at a broadcast, and what came to it, as a line of JSON. */
import { Agent } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type CrowdReport, reportOn } from './report.ts';
import { lookOn } from './viewer.ts';

const [url = '', people = '500', seconds = '30'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });
const end = new AbortController();
/** Milliseconds in which they come. */
const arrivalMs = 5_000;

const viewings = Array.from({ length: Number(people) }, async (_, index) => {
  await wait((arrivalMs * index) / Number(people));
  return lookOn(new URL(url), agent, end.signal);
});
await wait(arrivalMs + 1_000 * Number(seconds));
end.abort();
const settled = await Promise.allSettled(viewings);
agent.destroy();
const report: CrowdReport = reportOn(settled, 1_000 * Number(seconds) + arrivalMs / 2);
console.log(JSON.stringify(report));
