// Which part of the repository may import which: the picture of docs/architecture.md as a table, and the rules over it.

/** One import, as it is written, and the file it stands in (from the root of the repository, with `/`). */
export interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** What a package offers: the keys of its `exports`. */
export type PackageExports = ReadonlyMap<string, ReadonlySet<string>>;

/** What a package may import of the others, word for word: the adapters of `media` are entries of their own. */
export const packageTable: Readonly<Record<string, readonly string[]>> = {
  '@plenum/protocol': [],
  '@plenum/hyperty': ['@plenum/protocol'],
  '@plenum/media': ['@plenum/protocol'],
  '@plenum/mixer': ['@plenum/protocol'],
  '@plenum/messaging-node': ['@plenum/protocol', '@plenum/hyperty'],
  // Of the media server only the port.
  '@plenum/conference': ['@plenum/protocol', '@plenum/hyperty', '@plenum/media'],
  '@plenum/client': ['@plenum/protocol', '@plenum/hyperty'],
  '@plenum/testkit': ['@plenum/protocol', '@plenum/hyperty'],
  '@plenum/server': [
    '@plenum/protocol',
    '@plenum/hyperty',
    '@plenum/media',
    '@plenum/media/mediasoup',
    '@plenum/messaging-node',
    '@plenum/messaging-node/tokens',
    '@plenum/mixer/live',
    '@plenum/mixer/process',
    '@plenum/mixer/recording-index',
    '@plenum/conference',
  ],
  '@plenum/meet': ['@plenum/client'],
};

/** These run in browsers as well as in Node. */
const isomorphicPackages = new Set([
  '@plenum/protocol',
  '@plenum/hyperty',
  '@plenum/messaging-node',
  '@plenum/conference',
]);

/** Who may start native programs, apart from tests. */
const usersOfNative = new Set(['@plenum/server', 'bench', 'e2e', 'examples', 'native', 'tools']);

/** What is wrong with an import, or nothing. */
export function checkImport(imported: Import, exportsOf: PackageExports): string | undefined {
  const unit = unitOf(imported.file);
  if (imported.specifier.startsWith('.')) return checkRelative(imported, unit);
  if (imported.specifier.startsWith('@plenum/')) return checkPackage(imported, unit, exportsOf);
  if (imported.specifier.startsWith('node:')) return checkPlatform(imported, unit);
  return undefined;
}

/** The package, or the top-level folder, that a file belongs to. Packages have the name they are imported by. */
export function unitOf(file: string): string {
  const [top = '', name] = file.split('/');
  return (top === 'packages' || top === 'apps') && name !== undefined ? `@plenum/${name}` : top;
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$/.test(file) || file.startsWith('e2e/') || file.includes('/testing/');
}

function checkRelative(imported: Import, unit: string): string | undefined {
  const target = unitOf(resolvePath(imported.file, imported.specifier));
  if (target === unit) return undefined;
  if (target === 'native') {
    return isTest(imported.file) || usersOfNative.has(unit) ? undefined : `${unit} must not use native/`;
  }
  return target.startsWith('@plenum/') || unit.startsWith('@plenum/')
    ? `reaches into ${target} by path: import what it exports`
    : undefined;
}

function checkPackage(imported: Import, unit: string, exportsOf: PackageExports): string | undefined {
  const [scope = '', name = '', ...rest] = imported.specifier.split('/');
  const target = `${scope}/${name}`;
  const subpath = ['.', ...rest].join('/');
  if (target === unit) return `${unit} imports itself by name: use a relative path`;
  if (exportsOf.get(target)?.has(subpath) !== true) return `${target} does not export ${subpath}`;
  // Tests join what they need: the others' fakes, the test kit, a messaging node in memory.
  if (isTest(imported.file) || !unit.startsWith('@plenum/')) return undefined;
  if (packageTable[unit]?.includes(imported.specifier) === true) return undefined;
  return `${unit} must not depend on ${imported.specifier}`;
}

function checkPlatform(imported: Import, unit: string): string | undefined {
  return isomorphicPackages.has(unit) && !isTest(imported.file)
    ? `${unit} runs in browsers too: no ${imported.specifier}`
    : undefined;
}

function resolvePath(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The packages that import each other in a circle, or nothing. `edges` maps a package to those it imports. */
export function findCycle(edges: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const finished = new Set<string>();
  const visit = (unit: string, path: readonly string[]): readonly string[] | undefined => {
    const start = path.indexOf(unit);
    if (start >= 0) return [...path.slice(start), unit];
    if (finished.has(unit)) return undefined;
    for (const next of edges.get(unit) ?? []) {
      const cycle = visit(next, [...path, unit]);
      if (cycle !== undefined) return cycle;
    }
    finished.add(unit);
    return undefined;
  };
  for (const unit of edges.keys()) {
    const cycle = visit(unit, []);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}

/** Who imports whom by name, tests left out. */
export function packageEdges(imports: readonly Import[]): ReadonlyMap<string, ReadonlySet<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { file, specifier } of imports) {
    if (isTest(file) || !specifier.startsWith('@plenum/')) continue;
    const targets = edges.get(unitOf(file)) ?? new Set();
    edges.set(unitOf(file), targets.add(specifier.split('/').slice(0, 2).join('/')));
  }
  return edges;
}
