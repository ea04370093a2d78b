/** The words of `--help` and of docs/configuration.md, made from the schema. */
import { type Option, options } from './schema.ts';
import { fileVariable } from './sources.ts';

const usage = `Usage: ./start [options]

Prepares what is missing and serves Plenum; then open the link that it prints.
`;

const footer = `Every option can also be set by environment or in a JSON file (--config, or ${fileVariable}).
Flags go before the environment, that before the file. See docs/configuration.md.
`;

const width = 110;

export function formatHelp(): string {
  const own: readonly (readonly [string, string])[] = [
    ['--help', 'Shows this and ends.'],
    ['--config FILE', 'Reads options from a JSON file.'],
  ];
  const rows = [...own, ...options.map(helpRow)];
  const column = Math.max(...rows.map(([left]) => left.length)) + 4;
  const lines = rows.map(([left, right]) => `  ${left}`.padEnd(column) + wrap(right, column));
  return `${usage}\n${lines.join('\n')}\n\n${footer}`;
}

function helpRow(option: Option): readonly [string, string] {
  const fallback = option.defaultText === undefined ? '' : ` Default: ${option.defaultText}.`;
  return [`--${option.flag} ${option.placeholder}`, `${option.description}${fallback}`];
}

function wrap(text: string, indent: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && indent + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** The table of all options in Markdown, its columns aligned as the formatter wants them. */
export function formatOptionTable(): string {
  const header = ['In the file', 'Flag', 'Environment', 'Default', 'What it does'];
  const rows = [header, ...options.map(tableRow)];
  const widths = header.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [first = '', ...others] = rows.map((row) =>
    formatRow(row.map((cell, i) => cell.padEnd(widths[i] ?? 0))),
  );
  const rule = formatRow(widths.map((width) => '-'.repeat(width)));
  return `${[first, rule, ...others].join('\n')}\n`;
}

function tableRow(option: Option): readonly string[] {
  const { name, flag, placeholder, variable, defaultText = '', description } = option;
  return [`\`${name}\``, `\`--${flag} ${placeholder}\``, `\`${variable}\``, defaultText, description];
}

function formatRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
