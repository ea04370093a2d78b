/** A mix with the real mixer: what the contract cannot ask of a fake. */
import { MixerProcess } from '@plenum/mixer/process';
import type { ConferenceError } from '@plenum/protocol';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startRealServer } from '../testing/real-server.ts';

const quiet = { info: () => undefined, warn: () => undefined };

async function aServerWithMixer(budget = 100) {
  const mixer = new MixerProcess({ logger: quiet, budget });
  const { server } = await startRealServer('127.0.0.1', mixer);
  onTestFinished(async () => {
    await server.close();
    await mixer.close();
  });
  const router = await server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined });
  return { mixer, server, router };
}

test('a mixer that is killed ends its mixes with a reason, and another can be made at once', async () => {
  const { mixer, server, router } = await aServerWithMixer();
  const ended: ConferenceError[] = [];
  await router.createMix({ people: 2, codec: 'vp8', onEnded: (reason) => ended.push(reason) });
  const { pid } = mixer;
  if (pid === undefined) throw new Error('there is no mixer');
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(ended.map(({ code }) => code)).toEqual(['mixer-unavailable']));
  const again = await router.createMix({ people: 2, codec: 'vp8', onEnded: () => undefined });
  expect(mixer.pid).not.toBe(pid);
  again.close();
  await vi.waitFor(async () => expect(await server.dump()).toMatchObject({ transports: 0, producers: 0 }));
});

test('without a mixer there are no mixes, and all else is as it was', async () => {
  const { server } = await startRealServer();
  onTestFinished(() => server.close());
  const router = await server.createRouter({ onSpeakers: () => undefined, onClosed: () => undefined });
  await expect(router.createMix({ people: 2, codec: 'vp8', onEnded: () => undefined })).rejects.toMatchObject(
    {
      code: 'mixer-unavailable',
    },
  );
});

test('a mixer that is closed ends without a word to anybody', async () => {
  const { mixer, router } = await aServerWithMixer();
  const onEnded = vi.fn();
  await router.createMix({ people: 2, codec: 'vp8', onEnded });
  await mixer.close();
  await mixer.close();
  expect(onEnded).not.toHaveBeenCalled();
});

test('what the mixer cannot do in time it does not begin', async () => {
  const { router } = await aServerWithMixer(50);
  const first = await router.createMix({ people: 2, codec: 'vp8', onEnded: () => undefined });
  const another = () => router.createMix({ people: 2, codec: 'vp8', onEnded: () => undefined });
  await expect(another()).rejects.toMatchObject({ code: 'mixer-unavailable' });
  first.close();
  await expect(another()).resolves.toBeDefined();
});

test('[C80] what takes the place of a mix needs no more room than one of the two', async () => {
  const { router } = await aServerWithMixer(40);
  const first = await router.createMix({ people: 2, codec: 'vp8', onEnded: () => undefined });
  const another = (replaces?: typeof first) =>
    router.createMix({ people: 2, codec: 'h264', replaces, onEnded: () => undefined });
  await expect(another()).rejects.toMatchObject({ code: 'mixer-unavailable' });
  const second = await another(first);
  first.close();
  await expect(second.soundFor(undefined)).resolves.toBeDefined();
});
