import { rootMeanSquare } from './audio-level.ts';
import type { LevelMeter } from './device-platform.ts';

/** About 43 ms at 48 kHz: longer than a frame, so that a meter polled once a frame misses nothing. */
const sampleCount = 2048;

/** It listens and plays nothing: larger pieces and no loudspeaker wake the machine less often. */
const quietly: AudioContextOptions & { readonly sinkId: { readonly type: 'none' } } = {
  latencyHint: 'playback',
  sinkId: { type: 'none' },
};

/** Browsers may hold audio back until the person has touched the page. */
const gestures = ['pointerdown', 'keydown'] as const;

/** Meters a track with an `AnalyserNode`. */
export function createBrowserLevelMeter(track: MediaStreamTrack): LevelMeter {
  // A clone of its own stays enabled while the original is muted, and so still hears the person.
  const ears = track.clone();
  ears.enabled = true;
  const context = new AudioContext(quietly);
  const analyser = context.createAnalyser();
  analyser.fftSize = sampleCount;
  context.createMediaStreamSource(new MediaStream([ears])).connect(analyser);
  const samples = new Float32Array(sampleCount);

  function resume(): void {
    // Rejects when the meter was closed meanwhile, which is no error.
    if (context.state !== 'running') context.resume().catch(() => undefined);
  }
  resume();
  for (const gesture of gestures) addEventListener(gesture, resume);

  return {
    amplitude() {
      analyser.getFloatTimeDomainData(samples);
      return Math.min(1, rootMeanSquare(samples));
    },
    close() {
      for (const gesture of gestures) removeEventListener(gesture, resume);
      ears.stop();
      if (context.state !== 'closed') context.close().catch(() => undefined);
    },
  };
}
