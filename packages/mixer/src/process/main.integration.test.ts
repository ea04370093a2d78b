/** The mixer's process, by itself. */
import { fork } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { logOnlyErrors } from '../av/log.ts';
import { aFolder } from '../testing/a-folder.ts';
import { readMedia } from '../testing/read-media.ts';
import type { MixerCommand, MixerEvent, RoomEvent, RoomSettings } from './messages.ts';

logOnlyErrors();

const settings: RoomSettings = {
  encoding: { codec: 'h264', width: 320, height: 180, framesPerSecond: 25, bitrateBps: 400_000 },
  picture: { ssrc: 1, payloadType: 102 },
  remotePort: 9,
  fontFile: fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')),
};
const room = 1;

/** As the server makes it. */
function aProcess() {
  const child = fork(new URL('./main.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {},
    execArgv: [],
    serialization: 'advanced',
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages = on(child, 'message');
  const ask = (command: MixerCommand) => child.send(command);
  /** Of the room, from now on. */
  const until = async <Type extends RoomEvent['type']>(type: Type) => {
    for (;;) {
      const [message] = (await messages.next()).value as [MixerEvent];
      if (message.type === 'ended') throw new Error(message.reason);
      if (message.event.type === type) return message.event as Extract<RoomEvent, { type: Type }>;
    }
  };
  return { child, ask, until };
}

test('where nobody hears it any more it makes what it writes whole, and ends by itself', async () => {
  const { child, ask, until } = aProcess();
  const path = join(await aFolder(), 'mix');
  ask({ type: 'open', room, settings });
  await until('opened');
  ask({
    type: 'tell',
    room,
    command: { type: 'record', recording: 1, request: { path, keyFrameEveryMs: 500 } },
  });
  const { part } = await until('recording-began');
  // So that there is a lot that nobody hears.
  ask({ type: 'tell', room, command: { type: 'broadcast', broadcast: 1 } });
  await until('live');
  const ended = once(child, 'exit');
  child.disconnect();
  expect(await ended).toEqual([0, null]);
  const { tracks, durationMs } = await readMedia(part.path);
  expect(durationMs).toBeGreaterThan(0);
  for (const { errors, decoded, timesMs } of tracks) {
    expect(errors).toBe(0);
    expect(decoded).toBeGreaterThanOrEqual(timesMs.length - 1);
  }
});
