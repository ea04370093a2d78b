// Keeps the measured figures in a Markdown file that people write the rest of.
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, release, totalmem } from 'node:os';

const begin = '<!-- figures: begin (npm run bench -- --write) -->';
const end = '<!-- figures: end -->';

/** The text with the part between the markers replaced. */
export function replaceFigures(text: string, figures: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the markers ${begin} and ${end} are missing`);
  return `${text.slice(0, from)}${begin}\n\n${figures.trim()}\n\n${text.slice(to)}`;
}

export async function writeFigures(file: string, figures: string): Promise<void> {
  await writeFile(file, replaceFigures(await readFile(file, 'utf8'), figures));
}

/** Figures mean nothing without the machine. */
export function describeMachine(date: Date): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  const machine = `${model}, ${processors.length} cores, ${memory} GB of memory`;
  return `${date.toISOString().slice(0, 10)}, ${machine}, Linux ${release()}, Node ${process.versions.node}.`;
}
