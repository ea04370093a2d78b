import { expect, test } from 'vitest';
import { browserFamily } from './browser-family.ts';
import { deviceProblems } from './device-words.ts';

const failure = (code: string) => ({ code, message: 'Raw.' });

test('one cause for both devices is said once', () => {
  const both = deviceProblems(
    { camera: failure('permission-denied'), microphone: failure('permission-denied') },
    'chrome',
  );
  expect(both).toHaveLength(1);
  expect(both[0]?.title).toBe('The browser may not use your camera and microphone');
});

test('two causes are said separately, what still works included', () => {
  const two = deviceProblems(
    { camera: failure('device-in-use'), microphone: failure('device-not-found') },
    'firefox',
  );
  expect(two.map((problem) => problem.title)).toEqual([
    'No microphone found',
    'Another program uses your camera',
  ]);
  expect(two[1]?.text).toContain('You can take part with your voice.');
});

test('nothing wrong is no problem', () => {
  expect(deviceProblems({}, 'safari')).toEqual([]);
});

test('to try again does not help on an insecure page', () => {
  expect(deviceProblems({ camera: failure('insecure-page') }, 'chrome')[0]).toMatchObject({
    canRetry: false,
  });
});

test.each(['chrome', 'chrome-android', 'edge', 'firefox', 'safari', 'ios', 'other'] as const)(
  'the hint for a refused camera fits %s',
  (browser) => {
    expect(deviceProblems({ camera: failure('permission-denied') }, browser)[0]?.text).toMatch(
      /allow|block/i,
    );
  },
);

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36',
    0,
    'chrome',
  ],
  [
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36',
    5,
    'chrome-android',
  ],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0', 0, 'edge'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 0, 'firefox'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15', 0, 'safari'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15', 5, 'ios'],
])('%s', (userAgent, touchPoints, family) => {
  expect(browserFamily(userAgent, touchPoints)).toBe(family);
});
