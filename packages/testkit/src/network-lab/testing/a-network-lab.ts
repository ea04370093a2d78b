import { onTestFinished } from 'vitest';
import { NetworkLab, whyNoNetworkLab } from '../network-lab.ts';

/** Whether there can be one here. Where not, a line says what is not tested, and why. */
export async function canHaveNetworkLab(tested: string): Promise<boolean> {
  const obstacle = await whyNoNetworkLab();
  if (obstacle === undefined) return true;
  process.stdout.write(`  No test of ${tested}: a network of its own is not permitted here (${obstacle}).\n`);
  return false;
}

/** Ends with its test. */
export async function aNetworkLab(): Promise<NetworkLab> {
  const lab = await NetworkLab.open();
  onTestFinished(() => lab.close());
  return lab;
}
