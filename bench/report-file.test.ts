import { expect, test } from 'vitest';
import { replaceFigures } from './report-file.ts';

const begin = '<!-- figures: begin (npm run bench -- --write) -->';
const end = '<!-- figures: end -->';

test('replaces what stands between the markers, and nothing else', () => {
  const text = `Before\n\n${begin}\n\nold\n\n${end}\n\nAfter\n`;
  const once = replaceFigures(text, 'new\n');
  expect(once).toBe(`Before\n\n${begin}\n\nnew\n\n${end}\n\nAfter\n`);
  expect(replaceFigures(once, 'new')).toBe(once);
});

test('refuses a text without the markers', () => {
  expect(() => replaceFigures('nothing here', 'new')).toThrow('markers');
});
