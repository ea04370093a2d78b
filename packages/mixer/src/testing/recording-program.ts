/**
 * Records for so many seconds, says so, and waits until it is killed. Arguments: `tracks`, `mix`, or `silent` for tracks of which the picture
 * ends after a second; the codec, the file, seconds.
 */
import { logOnlyErrors } from '../av/log.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { MixRecorder } from '../recording/mix-recorder.ts';
import { TrackRecorder } from '../recording/track-recorder.ts';
import { Mix, mixSize } from './a-mix.ts';
import { Sender } from './a-sender.ts';

const [kind, codecName, path = '', seconds = '1'] = process.argv.slice(2);
const codec: PictureCodec = codecName === 'h264' ? 'h264' : 'vp8';
const until = 1_000 * Number(seconds);
const onFailure = (reason: Error) => {
  throw reason;
};
let clock = 0;
const wallMs = () => 1_700_000_000_000 + clock;

async function recordMix(): Promise<void> {
  const mix = await Mix.open(codec);
  const recorder = new MixRecorder({
    codec,
    size: mixSize,
    framesPerSecond: 25,
    pathOf: () => path,
    wallMs,
    onPart: () => undefined,
    onFailure,
  });
  for (; clock < until; clock += 20) mix.giveTo(recorder, clock, clock / 20);
  await recorder.settled;
}

async function recordTracks(): Promise<void> {
  const sender = await Sender.open(codec);
  const recorder = new TrackRecorder({
    voice: { ssrc: sender.ssrcs.voice },
    picture: { ssrc: sender.ssrcs.picture, codec },
    pathOf: () => path,
    askForKeyFrame: () => {
      sender.isWholeWanted = true;
    },
    now: () => clock,
    wallMs,
    onPart: () => undefined,
    onFailure,
  });
  for (; clock < until; clock += 20) {
    const shown = kind === 'silent' && clock > 1_000 ? [] : sender.show(clock);
    for (const datagram of [...sender.speak(clock), ...shown]) recorder.handleDatagram(datagram);
    recorder.tick();
  }
  await recorder.settled;
}

logOnlyErrors();
// Never longer than whoever started it.
process.stdin.on('end', () => process.exit(1)).resume();
await (kind === 'mix' ? recordMix() : recordTracks());
process.stdout.write('recorded\n');
