import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readMixerFont } from './mixer-font.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'plenum-font-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('a font is taken, and without one the mixer’s own', () => {
  const font = join(aFolder(), 'letters.otf');
  writeFileSync(font, 'OTTO and so on');
  expect(readMixerFont(font)).toBe(font);
  expect(readMixerFont(undefined)).toBeUndefined();
});

test('what is no font, and what is not there, is told at the start', () => {
  const folder = aFolder();
  const file = join(folder, 'notes.txt');
  writeFileSync(file, 'not letters to be drawn');
  expect(() => readMixerFont(file)).toThrow(/mixerFont: .* is no TrueType or OpenType font/);
  expect(() => readMixerFont(folder)).toThrow(/cannot be read/);
  expect(() => readMixerFont(join(folder, 'nothing.ttf'))).toThrow(/cannot be read/);
});
