import { expect, onTestFinished, test } from 'vitest';
import { RoomMixer } from '../room/room-mixer.ts';
import { RecordedPerson, record, voiceMs } from './recorded-person.ts';
import { Watcher } from './watcher.ts';

const picture = { ssrc: 9_000, payloadType: 102 };
const hears = { ssrc: 9_001, payloadType: 111 };
const size = { width: 640, height: 360 };
const fontFile = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf';
const isOn = (ms: number) => ms % 1_000 >= 600;

test('a flash and a tone that began together come out of a mixer together, and as often as they went in', async () => {
  let clock = 0;
  const watcher = await Watcher.open({ picture, voice: hears, at: { left: 320, top: 180 } });
  const mixer = await RoomMixer.open({
    encoding: { codec: 'h264', ...size, framesPerSecond: 25, bitrateBps: 1_000_000 },
    names: { fontFile, height: 24 },
    picture,
    send: (datagram) => watcher.handleDatagram(datagram, clock),
    now: () => clock,
    wallMs: () => 1_700_000_000_000 + clock,
  });
  onTestFinished(() => {
    mixer.close();
    watcher.close();
  });
  const person = new RecordedPerson(await record(2_000, isOn), { voice: 1, picture: 2 });
  const ssrcs = { voice: { ssrc: 1 }, picture: { ssrc: 2, codec: 'vp8' } as const };
  await mixer.add({ id: 'Ann', ownerId: 'Ann', name: 'Ann', ...ssrcs, hears: undefined });
  await mixer.add({ id: 'Ben', ownerId: 'Ben', name: 'Ben', voice: undefined, picture: undefined, hears });
  mixer.arrange({ kind: 'grid', order: ['Ann'] });

  for (let count = 0; clock < 10_000; count++, clock = count * voiceMs) {
    for (const datagram of person.speak(count)) mixer.handleDatagram(datagram);
    mixer.tickSound();
    if (count % 2 === 0) {
      for (const datagram of person.show(count / 2)) mixer.handleDatagram(datagram);
      mixer.tickPicture();
    }
    if (clock % 1_000 === 0) mixer.report();
  }

  const { onsets, counts } = watcher;
  expect(onsets.picture).toHaveLength(10);
  expect(onsets.voice).toHaveLength(10);
  expect(counts.pictures).toBeGreaterThan(240);
  const distances = onsets.picture.map(
    ({ wallMs = 0 }, index) => (onsets.voice[index]?.wallMs ?? 0) - wallMs,
  );
  const [lowest, highest] = [Math.min(...distances), Math.max(...distances)];
  // What is kept of a voice so that it is heard evenly, and what its encoders look ahead.
  expect(highest).toBeLessThan(80);
  expect(highest - lowest).toBeLessThan(5);
});
