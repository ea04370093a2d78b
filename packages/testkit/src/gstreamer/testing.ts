import { onTestFinished } from 'vitest';
import { GStreamerProgram, whyNoGStreamer } from './index.ts';

/** Whether there is GStreamer here. Where not, a line says what is not tested, and why. */
export async function canHaveGStreamer(tested: string): Promise<boolean> {
  const obstacle = await whyNoGStreamer();
  if (obstacle === undefined) return true;
  process.stdout.write(`  No test of ${tested}: ${obstacle}.\n`);
  return false;
}

/** Publishes a moving picture and a tone over WHIP. Ends with its test. */
export function aWhipEncoder(endpoint: string, ...options: readonly string[]): GStreamerProgram {
  return endsWithTest(GStreamerProgram.start('whip_encoder', [endpoint, ...options]));
}

/** Decodes what it is shown over WHEP. Ends with its test. */
export function aWhepViewer(endpoint: string, ...options: readonly string[]): GStreamerProgram {
  return endsWithTest(GStreamerProgram.start('whep_viewer', [endpoint, ...options]));
}

function endsWithTest(program: GStreamerProgram): GStreamerProgram {
  onTestFinished(() => program.kill());
  return program;
}
