import { expect, test } from 'vitest';
import { createPreferences, type PreferenceStorage } from './preferences.ts';

function aStorage(content?: string): PreferenceStorage & { content: string | undefined } {
  return {
    content,
    getItem() {
      return this.content ?? null;
    },
    setItem(_key, value) {
      this.content = value;
    },
  };
}

test('what is chosen is there at the next visit', () => {
  const storage = aStorage();
  createPreferences(storage).update({ name: 'Ann', theme: 'dark', selfCorner: 'top-left' });
  expect(createPreferences(storage).values.current).toMatchObject({
    name: 'Ann',
    theme: 'dark',
    selfCorner: 'top-left',
    hasShortcuts: true,
  });
});

test.each(['', '{', 'null', '[]', '{"name":5,"theme":"pink","selfCorner":"middle"}'])(
  'spoilt storage (%s) gives the defaults',
  (content) => {
    expect(createPreferences(aStorage(content)).values.current).toMatchObject({ name: '', theme: 'system' });
  },
);

test('it works where the browser refuses storage', () => {
  const preferences = createPreferences(undefined);
  preferences.update({ name: 'Ann' });
  expect(preferences.values.current.name).toBe('Ann');
});
