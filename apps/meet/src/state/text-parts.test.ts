import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLinks } from './text-parts.ts';

const linksIn = (text: string) =>
  splitLinks(text).flatMap((part) => (part.kind === 'link' ? [part.url] : []));

test('a link in a sentence ends before the full stop', () => {
  expect(splitLinks('See https://example.org/a?b=c#d. Bye')).toEqual([
    { kind: 'text', text: 'See ' },
    { kind: 'link', text: 'https://example.org/a?b=c#d', url: 'https://example.org/a?b=c#d' },
    { kind: 'text', text: '. Bye' },
  ]);
});

test.each([
  ['(see https://example.org/x)', 'https://example.org/x'],
  ['https://en.wikipedia.org/wiki/Plenum_(law)', 'https://en.wikipedia.org/wiki/Plenum_(law)'],
  ['HTTP://EXAMPLE.org', 'http://example.org/'],
  ['“https://example.org/”', 'https://example.org/'],
])('%s leads to %s', (text, url) => {
  expect(linksIn(text)).toEqual([url]);
});

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'https://',
  'file:///etc/passwd',
  'xhttps://a.b',
  'www.a.b',
])('%s is only text', (text) => {
  expect(linksIn(text)).toEqual([]);
});

test('nothing is lost or added, and every link is http or https', () => {
  const pieces = fc.constantFrom(
    'https://',
    'http://a.b/',
    '(',
    ')',
    '.',
    ' ',
    'javascript:',
    'x',
    '"',
    '\n',
    'é',
  );
  fc.assert(
    fc.property(
      fc.array(pieces).map((list) => list.join('')),
      (text) => {
        expect(
          splitLinks(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
        for (const url of linksIn(text)) expect(url).toMatch(/^https?:\/\//);
      },
    ),
  );
});
