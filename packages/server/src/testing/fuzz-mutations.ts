/** What is done to valid messages: to every field, to their addresses, and to the text itself. */
import fc from 'fast-check';

/** A change to one value of a message; which one is `at`, counted over all of them. */
export interface Mutation {
  readonly at: number;
  readonly how: 'replace' | 'remove' | 'address' | 'nest' | 'add';
  readonly value: unknown;
}

const hugeText = fc.constantFrom(600, 5_000, 70_000, 200_001, 270_000).map((length) => 'x'.repeat(length));
const wideList = fc.constantFrom(65, 300, 25_000).map((length) => Array.from({ length }, () => 0));
const wideRecord = fc
  .constantFrom(65, 1_025, 3_000)
  .map((length) => Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, index])));
const deepList = fc
  .constantFrom(9, 17, 400)
  .map((depth) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 0));
const plain = fc.constantFrom<unknown>(
  null,
  true,
  '',
  ' ',
  '.',
  'constructor',
  '__proto__',
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  -(2 ** 53),
  [],
  {},
  [[]],
  { length: 1 },
);
const words = fc.constantFrom<unknown>(
  'create',
  'response',
  'joinRoom',
  'toString',
  'connectionDescription.sdp',
  'participants..x',
  'a.b.c.d.e.f.g.h.i.j',
  'offer',
  'mesh',
  'Connection',
  '\u0000',
  '\ud800',
  'ﬁ\u202e',
);
const junk = fc.oneof(
  { arbitrary: plain, weight: 12 },
  { arbitrary: words, weight: 6 },
  { arbitrary: fc.string({ maxLength: 80, unit: 'binary' }), weight: 3 },
  { arbitrary: fc.integer(), weight: 2 },
  { arbitrary: deepList, weight: 2 },
  { arbitrary: wideRecord, weight: 1 },
  { arbitrary: wideList, weight: 1 },
  { arbitrary: hugeText, weight: 1 },
);

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'remove', 'address', 'address', 'nest', 'add'),
  value: junk,
});

type Holder = Record<string, unknown> | unknown[];

/** The message with the changes; it is not touched itself. `addresses` are those of others, to be put in place of own ones. */
export function mutate(
  message: object,
  mutations: readonly Mutation[],
  addresses: readonly string[],
): object {
  const copy = structuredClone(message);
  // Cloned, so that no value is put into itself.
  for (const each of mutations) apply(copy, structuredClone(each), addresses);
  return copy;
}

function apply(message: object, { at, how, value }: Mutation, addresses: readonly string[]): void {
  const all = places(message as Holder);
  const wanted = how === 'address' ? all.filter(({ inner }) => isAddress(inner)) : all;
  const place = wanted[at % Math.max(1, wanted.length)];
  if (place === undefined) return;
  const { holder, key, inner } = place;
  if (how === 'remove') Reflect.deleteProperty(holder, key);
  else if (how === 'add') Reflect.set(holder, `x${at % 7}`, value);
  else Reflect.set(holder, key, replacement(how, at, { inner, value, addresses }));
}

function replacement(
  how: 'replace' | 'address' | 'nest',
  at: number,
  { inner, value, addresses }: { inner: unknown; value: unknown; addresses: readonly string[] },
): unknown {
  if (how === 'nest') return { value: inner };
  if (how === 'replace' || addresses.length === 0) return value;
  const suffix =
    ['', '', '', '/changes', '/subscription', '/registration', '/changes/x/changes'][at % 7] ?? '';
  return `${addresses[at % addresses.length]}${suffix}`;
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z-]+:\/\//.test(value);
}

interface Place {
  readonly holder: Holder;
  readonly key: string;
  readonly inner: unknown;
}

function places(holder: Holder): Place[] {
  return Object.entries(holder).flatMap(([key, inner]) => [
    { holder, key, inner },
    // What a mutation made wide is not gone through again.
    ...(isHolder(inner) && Object.keys(inner).length < 60 ? places(inner) : []),
  ]);
}

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

/** A change to the text of a message. */
export interface Damage {
  readonly at: number;
  readonly how: 'cut' | 'insert' | 'drop' | 'double' | 'key';
  readonly text: string;
}

export const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('cut', 'insert', 'drop', 'double', 'key'),
  text: fc.oneof(
    fc.constantFrom('"', '{', ']', '\\', '\u0000', '\ud800', '1e999', '-', 'NaN', '\uFEFF'),
    fc.string({ maxLength: 8, unit: 'binary' }),
  ),
});

export function damageText(whole: string, { at, how, text }: Damage): string {
  const position = at % Math.max(1, whole.length);
  const [before, after] = [whole.slice(0, position), whole.slice(position)];
  switch (how) {
    case 'cut':
      return before;
    case 'insert':
      return before + text + after;
    case 'drop':
      return before + after.slice(1 + (at % 5));
    case 'double':
      return before + after.slice(0, 40) + after;
    case 'key':
      return whole.replace('{', `{"${['__proto__', 'constructor', 'id', 'type'][at % 4]}":${at},`);
  }
}
