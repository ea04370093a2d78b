import { onTestFinished } from 'vitest';
import { type SwiftOptions, SwiftServer, whyNoSwift } from './index.ts';

/** Whether there is an object store here. Where not, a line says what is not tested, and why. */
export async function canHaveSwift(tested: string): Promise<boolean> {
  const obstacle = await whyNoSwift();
  if (obstacle === undefined) return true;
  process.stdout.write(`  No test of ${tested}: ${obstacle}.\n`);
  return false;
}

/** Ends with its test. */
export async function aSwift(options: SwiftOptions): Promise<SwiftServer> {
  const swift = await SwiftServer.start(options);
  onTestFinished(() => swift.kill());
  return swift;
}
