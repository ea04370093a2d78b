import { describe, expect, test } from 'vitest';
import { checkImport, findCycle, packageEdges, packageTable, unitOf } from './architecture-rules.ts';

const exportsOf = new Map([
  ...Object.keys(packageTable).map((name) => [name, new Set(['.'])] as const),
  ['@plenum/media', new Set(['.', './mediasoup'])] as const,
]);

const check = (file: string, specifier: string) => checkImport({ file, specifier }, exportsOf);

describe('the direction of dependencies', () => {
  test.each([
    ['packages/hyperty/src/bus.ts', '@plenum/protocol'],
    ['packages/conference/src/room.ts', '@plenum/hyperty'],
    ['packages/conference/src/room.ts', '@plenum/media'],
    ['packages/server/src/start.ts', '@plenum/media/mediasoup'],
    ['apps/meet/src/main.tsx', '@plenum/client'],
    ['bench/main.ts', '@plenum/server'],
  ])('%s may import %s', (file, specifier) => {
    expect(check(file, specifier)).toBeUndefined();
  });

  test.each([
    ['packages/protocol/src/message.ts', '@plenum/hyperty'],
    ['packages/conference/src/room.ts', '@plenum/messaging-node'],
    ['packages/conference/src/room.ts', '@plenum/media/mediasoup'],
    ['packages/media/src/sdp.ts', '@plenum/hyperty'],
    ['packages/client/src/join.ts', '@plenum/conference'],
    ['apps/meet/src/main.tsx', '@plenum/protocol'],
    ['packages/server/src/start.ts', '@plenum/testkit'],
  ])('%s must not import %s', (file, specifier) => {
    expect(check(file, specifier)).toContain('must not depend on');
  });

  test('a test may import the test kit and any package', () => {
    expect(check('packages/conference/src/room.test.ts', '@plenum/testkit')).toBeUndefined();
    expect(check('packages/client/src/join.test.ts', '@plenum/messaging-node')).toBeUndefined();
  });

  test('the table has no circle', () => {
    const edges = Object.entries(packageTable).map(([unit, targets]) => [unit, new Set(targets)] as const);
    expect(findCycle(new Map(edges))).toBeUndefined();
  });
});

describe('the way in', () => {
  test('a package is imported by what it exports only, also from tests', () => {
    expect(check('packages/server/src/start.ts', '@plenum/media/src/worker.ts')).toContain('does not export');
    expect(check('packages/server/src/start.test.ts', '@plenum/unknown')).toContain('does not export');
  });

  test('a path into another package is refused', () => {
    expect(check('packages/server/src/start.ts', '../../media/src/index.ts')).toContain('by path');
    expect(check('bench/main.ts', '../packages/media/src/index.ts')).toContain('by path');
    expect(check('packages/server/src/start.ts', '../../../bench/main.ts')).toContain('by path');
  });

  test('a path within the package is fine', () => {
    expect(check('packages/server/src/http/app.ts', '../config/options.ts')).toBeUndefined();
  });

  test('a package does not import itself by name', () => {
    expect(check('packages/media/src/sdp.ts', '@plenum/media')).toContain('itself');
  });
});

describe('what runs where', () => {
  test('an isomorphic package uses nothing of Node, its tests may', () => {
    expect(check('packages/hyperty/src/bus.ts', 'node:crypto')).toContain('browsers');
    expect(check('packages/hyperty/src/bus.test.ts', 'node:crypto')).toBeUndefined();
    expect(check('packages/media/src/worker.ts', 'node:crypto')).toBeUndefined();
  });

  test('native programs are for the server, the bench and tests', () => {
    const native = '../../../native/media-worker/resolve.ts';
    expect(check('packages/server/src/start.ts', native)).toBeUndefined();
    expect(check('packages/media/src/worker.test.ts', native)).toBeUndefined();
    expect(check('packages/media/src/worker.ts', native)).toContain('native/');
  });
});

test('a file belongs to its package or its top-level folder', () => {
  expect(unitOf('packages/media/src/index.ts')).toBe('@plenum/media');
  expect(unitOf('apps/meet/src/main.tsx')).toBe('@plenum/meet');
  expect(unitOf('native/media-worker/build.ts')).toBe('native');
});

test('a circle of packages is found, and one that only tests make is none', () => {
  const imports = [
    { file: 'packages/a/src/index.ts', specifier: '@plenum/b' },
    { file: 'packages/b/src/index.ts', specifier: '@plenum/c/sub' },
  ];
  const back = { file: 'packages/c/src/index.ts', specifier: '@plenum/a' };
  expect(findCycle(packageEdges(imports))).toBeUndefined();
  expect(
    findCycle(packageEdges([...imports, { ...back, file: 'packages/c/src/x.test.ts' }])),
  ).toBeUndefined();
  expect(findCycle(packageEdges([...imports, back]))).toEqual([
    '@plenum/a',
    '@plenum/b',
    '@plenum/c',
    '@plenum/a',
  ]);
});
