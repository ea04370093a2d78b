import { expect, test, vi } from 'vitest';
import { settled } from './settled.ts';
import { keepAwake } from './wake-lock.ts';

function aPage() {
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
  const release = vi.fn(async () => undefined);
  const request = vi.fn(async () => ({ release }));
  const stop = keepAwake(page, { wakeLock: { request } });
  return { page, release, request, settled, stop };
}

test('the screen stays on until the call is over', async () => {
  const { release, request, settled, stop } = aPage();
  await settled();
  expect(request).toHaveBeenCalledOnce();
  stop();
  expect(release).toHaveBeenCalledOnce();
});

test('it is asked for again when the page comes back into view', async () => {
  const { page, request, settled } = aPage();
  await settled();
  page.dispatchEvent(new Event('visibilitychange'));
  expect(request).toHaveBeenCalledTimes(2);
});

test('a lock that comes too late is given back', async () => {
  const { release, settled, stop } = aPage();
  stop();
  await settled();
  expect(release).toHaveBeenCalledOnce();
});

test('a browser without wake lock does without', () => {
  expect(keepAwake(aPage().page, {})()).toBeUndefined();
});
