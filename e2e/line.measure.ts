/**
 * What arrives over a line that gets worse for a while and better again, four times a second. `MEASURE_RECORD` names the file to which
 * each fault's samples are added as a line of JSON, for the curves in docs/performance.md.
 */
import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { aCallOverALine, fivePeople } from './harness/call-over-a-line.ts';
import { type LineSample, sampleLine } from './harness/line-probe.ts';
import { untilOnlySeesAndHears } from './harness/media.ts';

const everyMs = 250;

test.each([
  ['150 kbit/s', 'everybody by themselves', { downKbps: 150 }, {}],
  ['10 % loss', 'everybody by themselves', {}, { down: 10 }],
  ['600 kbit/s', 'one picture of everybody', { downKbps: 600 }, {}],
  ['200 kbit/s', 'one picture of everybody', { downKbps: 200 }, {}],
])('%s for half a minute, with %s', async (name, view, rate, loss) => {
  const { line, ann } = await aCallOverALine();
  if (view === 'one picture of everybody') {
    await ann.more('Show one picture of everybody');
    await untilOnlySeesAndHears(ann, [`Everybody: ${new Intl.ListFormat('en').format(fivePeople)}`]);
  }
  const samples: (LineSample & { readonly phase: string })[] = [];
  const follow = async (phase: string, ms: number) => {
    const end = performance.now() + ms;
    for (let at = performance.now(); at < end; at += everyMs) {
      samples.push({ phase, ...(await sampleLine(ann.page)) });
      await new Promise((resolve) => setTimeout(resolve, at + everyMs - performance.now()));
    }
  };
  await follow('before', 20_000);
  await line.limit(rate);
  await line.lose(loss);
  await follow('fault', 30_000);
  await line.limit({});
  await line.lose({});
  await follow('after', 30_000);
  const record = process.env['MEASURE_RECORD'];
  if (record !== undefined) appendFileSync(record, `${JSON.stringify({ name, view, samples })}\n`);
  process.stdout.write(`${name}, ${view}: ${summarise(samples)}\n`);
});

function summarise(samples: readonly (LineSample & { readonly phase: string })[]): string {
  const parts = ['before', 'fault', 'after'].map((phase) => {
    const of = samples.filter((sample) => sample.phase === phase);
    const [first, last] = [of[0], of.at(-1)];
    if (first === undefined || last === undefined) return `${phase}: nothing`;
    const concealed = last.concealed - last.concealedSilence - first.concealed + first.concealedSilence;
    const share = (100 * concealed) / (last.samples - first.samples);
    const kbps = (8 * (last.videoBytes - first.videoBytes)) / (last.at - first.at);
    return `${phase} ${share.toFixed(2)} % of sound concealed, ${kbps.toFixed(0)} kbit/s of pictures`;
  });
  return parts.join('; ');
}
