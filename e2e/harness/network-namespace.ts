/** A machine of its own for the price of a namespace: another network, joined to ours by a cable of two ends. */
import { execFileSync } from 'node:child_process';
import { onTestFinished } from 'vitest';

export interface NetworkNamespace {
  readonly name: string;
  /** Its end of the cable, of the range for tests between devices (RFC 2544). */
  readonly address: string;
  /** Our end. */
  readonly ourAddress: string;
  /** What to put before a command that shall run there. */
  readonly launcher: readonly string[];
  /** Lets nothing through any more, without a word to anybody; of TCP, or at all. */
  cut(what: 'tcp' | 'everything'): void;
  restore(): void;
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

let made = 0;

export function aNamespace(): NetworkNamespace {
  made += 1;
  const name = `plenum-${process.pid}-${made}`;
  // Two test runs at once get networks of their own; an interface's name has at most 15 letters.
  const third = process.pid % 256;
  const fourth = (made * 4) % 252;
  const [ours, theirs] = [`pl${process.pid}-${made}a`, `pl${process.pid}-${made}b`];
  const [ourAddress, address] = [`198.18.${third}.${fourth + 1}`, `198.18.${third}.${fourth + 2}`];
  onTestFinished(() => tryTo('netns', 'del', name));
  ip('netns', 'add', name);
  ip('link', 'add', ours, 'type', 'veth', 'peer', 'name', theirs, 'netns', name);
  ip('address', 'add', `${ourAddress}/30`, 'dev', ours);
  ip('link', 'set', ours, 'up');
  ip('-n', name, 'address', 'add', `${address}/30`, 'dev', theirs);
  ip('-n', name, 'link', 'set', theirs, 'up');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  const launcher = ['ip', 'netns', 'exec', name];
  const filter = (rules: string) =>
    execFileSync('ip', [...launcher.slice(1), 'nft', '-f', '-'], {
      input: rules,
      stdio: ['pipe', 'ignore', 'pipe'],
    });
  return {
    name,
    address,
    ourAddress,
    launcher,
    cut: (what) => filter(cutRules(what === 'tcp' ? 'meta l4proto tcp drop' : 'iif != lo drop')),
    restore: () => filter('delete table inet cut\n'),
  };
}

/** Only what comes in is dropped, which is enough for nothing to be answered; and what goes out, so that it is a cut cable. */
function cutRules(verdict: string): string {
  const outgoing = verdict.replace('iif', 'oif');
  return `
    table inet cut {
      chain incoming { type filter hook input priority 0; ${verdict}; }
      chain outgoing { type filter hook output priority 0; ${outgoing}; }
    }
  `;
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
