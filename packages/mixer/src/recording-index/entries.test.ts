import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aFolder } from '../testing/a-folder.ts';
import { formatEntry, type IndexEntry, parseIndex } from './entries.ts';
import { IndexFile } from './index-file.ts';

const entries: readonly IndexEntry[] = [
  { type: 'recording-started', version: 1, roomId: 'room', startedAt: '2026-01-02T03:04:05.678Z' },
  { type: 'participant-joined', participantId: 'ann', name: 'Zoë\n"O’Brien" 🎈', atMs: 0 },
  { type: 'part-started', file: 'ann-1.webm', participantId: 'ann', atMs: 12.5 },
  { type: 'speaking-started', participantId: 'ann', atMs: 400 },
  { type: 'speaking-stopped', participantId: 'ann', atMs: 900 },
  { type: 'screen-started', participantId: 'ann', atMs: 1_000 },
  { type: 'screen-stopped', participantId: 'ann', atMs: 2_000 },
  { type: 'participant-left', participantId: 'ann', atMs: 2_500 },
  { type: 'track-left-out', participantId: 'ann', source: 'screen', atMs: 2_400 },
  { type: 'part-ended', file: 'ann-1.webm', atMs: 2_500 },
  { type: 'recording-ended', atMs: 3_000 },
];
const text = entries.map(formatEntry).join('');

test('an index is read as it is written', () => {
  expect(parseIndex(text)).toEqual(entries);
});

test('an index that was ended is JSON', () => {
  expect(JSON.parse(text)).toEqual(entries);
});

test('wherever it is cut, what is before the cut is read', () => {
  const bytes = new TextEncoder().encode(text);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
      const read = parseIndex(new TextDecoder().decode(bytes.subarray(0, length)));
      expect(read).toEqual(entries.slice(0, read.length));
      const whole = entries.filter(
        (_, index) =>
          new TextEncoder().encode(
            entries
              .slice(0, index + 1)
              .map(formatEntry)
              .join(''),
          ).length <= length,
      );
      expect(read.length).toBeGreaterThanOrEqual(whole.length);
    }),
    { numRuns: 300 },
  );
});

test('what is not an entry is left out', () => {
  const others = [
    '{"type":"participant-waved","atMs":1}',
    '{"type":"part-ended","file":7,"atMs":1}',
    '{"type":"recording-ended","atMs":-1}',
    '{"type":"toString"}',
    'null',
    '7',
    '{',
  ];
  expect(parseIndex([...others, '{"type":"recording-ended","atMs":1}'].join(',\n'))).toEqual([
    { type: 'recording-ended', atMs: 1 },
  ]);
});

test('whatever is in the file, it is read without a mistake', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (anything) => {
      expect(Array.isArray(parseIndex(anything))).toBe(true);
    }),
  );
});

const unexpected = (reason: Error) => expect.unreachable(reason.message);

test('the file has every entry in order, and is not written over', async () => {
  const path = join(await aFolder(), 'index.json');
  const file = await IndexFile.create(path, unexpected);
  for (const entry of entries) file.append(entry);
  await file.close();
  await file.close();
  file.append({ type: 'recording-ended', atMs: 4_000 });
  expect(await readFile(path, 'utf8')).toBe(text);
  await expect(IndexFile.create(path, unexpected)).rejects.toThrow('EEXIST');
});
