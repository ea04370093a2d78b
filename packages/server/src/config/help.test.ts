import { expect, test } from 'vitest';
import { formatHelp, formatOptionTable } from './help.ts';
import { options } from './schema.ts';

test('the help names every flag once, with its default', () => {
  const help = formatHelp();
  for (const { flag } of options) expect(help.split(`--${flag} `)).toHaveLength(2);
  expect(help).toContain('Default: 8080.');
  expect(help).toContain('--config FILE');
});

test('the help fits a terminal', () => {
  for (const line of formatHelp().split('\n')) expect(line.length).toBeLessThanOrEqual(110);
});

test('the documentation has a row for every option', () => {
  const table = formatOptionTable();
  for (const { name } of options) expect(table).toContain(`| \`${name}\` `);
  for (const { variable } of options) expect(table).toContain(`\`${variable}\``);
});

test('the contract with outside tests: these flags exist', () => {
  const flags = options.map(({ flag }) => flag);
  expect(flags).toEqual(expect.arrayContaining(['host', 'port', 'data', 'announced-address']));
});
