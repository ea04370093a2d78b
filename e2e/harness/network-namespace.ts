/** A machine of its own for the price of a namespace: another network, joined to ours by a cable of two ends. */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

export interface NetworkNamespace {
  /** Its end of the cable, of the range for tests between devices (RFC 2544). */
  readonly address: string;
  /** What to put before a command that shall run there. */
  readonly launcher: readonly string[];
}

/** Why there can be none here; undefined where there can. */
export function whyNoNamespace(): string | undefined {
  const name = `plenum-probe-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('-n', name, 'link', 'add', 'probe-a', 'type', 'veth', 'peer', 'name', 'probe-b');
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.message.trim().split('\n').at(-1) ?? '') : String(error);
  } finally {
    tryTo('netns', 'del', name);
  }
}

export function aNamespace(): NetworkNamespace {
  const name = `plenum-${process.pid}`;
  // Two test runs at once get networks of their own; an interface's name has at most 15 letters.
  const third = process.pid % 256;
  const [ours, theirs] = [`ple${process.pid}a`, `ple${process.pid}b`];
  const [ourAddress, address] = [`198.18.${third}.1`, `198.18.${third}.2`];
  onTestFinished(() => tryTo('netns', 'del', name));
  ip('netns', 'add', name);
  ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name);
  ip('address', 'add', `${ourAddress}/30`, 'dev', ours);
  ip('link', 'set', ours, 'up');
  ip('-n', name, 'address', 'add', `${address}/30`, 'dev', theirs);
  ip('-n', name, 'link', 'set', theirs, 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  return { address, launcher: ['ip', 'netns', 'exec', name] };
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** For what may be gone already; our end of the cable goes with the other. */
function tryTo(...args: readonly string[]): void {
  try {
    ip(...args);
  } catch {
    return;
  }
}
