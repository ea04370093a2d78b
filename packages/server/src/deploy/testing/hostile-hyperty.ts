/** Runs a hyperty that means no good, in a real sandbox, and keeps what it sent and how it ended. */
import { GuardedBus, type SandboxedHyperty, silentLogger } from '@plenum/hyperty';
import type { ConferenceError, HypertyUrl } from '@plenum/protocol';
import { onTestFinished } from 'vitest';
import type { SandboxLimits } from '../sandbox-limits.ts';
import { createWorkerSandbox } from '../worker-sandbox.ts';
import { FakeBus } from './fake-bus.ts';

export const hostileUrl: HypertyUrl = 'hyperty://acme.test/s1/Hostile';

export interface Hostile {
  readonly bus: FakeBus;
  readonly hyperty: SandboxedHyperty;
  /** Why it ended by itself, or was ended. */
  readonly ended: Promise<ConferenceError>;
}

export async function runHostile(
  text: string,
  limits: Partial<SandboxLimits> = {},
  signal?: AbortSignal,
): Promise<Hostile> {
  const sandbox = createWorkerSandbox({ logger: silentLogger, limits });
  const bus = new FakeBus();
  const ended = Promise.withResolvers<ConferenceError>();
  const source = { name: 'Hostile', language: 'javascript', text } as const;
  const hyperty = await sandbox.run(source, {
    url: hostileUrl,
    bus: new GuardedBus(bus, hostileUrl),
    configuration: {},
    signal,
    onEnded: ended.resolve,
  });
  onTestFinished(() => hyperty.close());
  return { bus, hyperty, ended: ended.promise };
}

/** A hyperty that runs these statements when it is activated and sends what they return, or that they threw. */
export function attempt(statements: string): string {
  return `export default async (url, bus) => {
    const report = (value) => bus.send({ type: 'update', from: url, to: url + '/loot', body: { value } });
    try {
      report(String(await (async () => { ${statements} })()));
    } catch (thrown) {
      report(thrown instanceof Error ? 'refused' : 'an error from outside');
    }
    return { name: 'hostile' };
  };`;
}
