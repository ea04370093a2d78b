import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyChange, bodyToDelta, deltaToBody } from './data-object.ts';

test('a change makes what is missing on its way and shares what it does not touch', () => {
  const before = { people: { ann: { name: 'Ann' } }, topic: 'x' };
  const after = applyChange(before, { attribute: 'people.bob.name', value: 'Bob' });
  expect(after).toEqual({ people: { ann: { name: 'Ann' }, bob: { name: 'Bob' } }, topic: 'x' });
  expect((after as typeof before).people.ann).toBe(before.people.ann);
  expect(before).toEqual({ people: { ann: { name: 'Ann' } }, topic: 'x' });
});

test('no value removes the attribute; null is a value', () => {
  expect(applyChange({ a: 1, b: 2 }, { attribute: 'a' })).toEqual({ b: 2 });
  expect(applyChange({ a: 1 }, { attribute: 'a', value: null })).toEqual({ a: null });
});

test.each(['', '.', 'a.', 'list.0', 'text.x', '__proto__', 'a.constructor', 'a.b.c.d.e.f.g.h.i'])(
  'the path %j is refused',
  (attribute) => {
    const change = { attribute, value: 1 };
    expect(() => applyChange({ list: [1], text: 't' }, change)).toThrow(
      expect.objectContaining({ code: 'invalid-object' }),
    );
  },
);

test('a delta is carried whole', () => {
  const value = fc.option(
    fc.jsonValue().filter((one) => one !== undefined),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.string(), fc.nat(), value, (attribute, version, changed) => {
      const place = { attribute, version, epoch: 'e', lastModified: 'now' };
      const delta = changed === undefined ? place : { ...place, value: changed as number };
      expect(bodyToDelta(deltaToBody(delta, 'hyperty://acme.test/x'))).toEqual(delta);
    }),
  );
});

test('an update without attribute, epoch or version is no delta', () => {
  expect(() => bodyToDelta({ attribute: 'a', version: 1 })).toThrow(
    expect.objectContaining({ code: 'bad-message' }),
  );
});
