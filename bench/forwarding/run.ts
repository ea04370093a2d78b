// One measurement of a rig that is up: CPU of the forwarding process against packets that arrived.
import { setTimeout as delay } from 'node:timers/promises';
import type { ClientStats, LoadClient } from '../load-client/load-client.ts';
import { startJanusRig } from './janus-rig.ts';
import { startPlenumRig } from './plenum-rig.ts';
import { busyMsPerCore, type CpuUsage, cpuUsage } from './process-usage.ts';
import { cores, type Rig, type RigOptions, type ServerName } from './rig.ts';

export interface Window {
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Sample {
  readonly receivers: number;
  readonly microsecondsPerPacket: number;
  /** Share of one core that the forwarding process used. */
  readonly core: number;
  /** Share of one core that the load client used: near one, the client is what is measured. */
  readonly clientCore: number;
  readonly packetsPerSecond: number;
  /** Share of the packets due, by what the publisher sent, that receivers miss. */
  readonly loss: number;
  /** Share of a core that something else used, on the server's core or the client's, whichever had more. */
  readonly otherWork: number;
}

// Reading 600 sockets every 2 ms would cost the client more than the packets in them.
const manyReceivers = 600;

export async function startRig(server: ServerName, options: RigOptions): Promise<Rig> {
  if (server === 'plenum') return startPlenumRig(options);
  return startJanusRig(server === 'janus-loop' ? { ...options, eventLoops: 1 } : options);
}

export async function sample(
  rig: Rig,
  client: LoadClient,
  receivers: number,
  window: Window,
): Promise<Sample> {
  await client.setTickMs(receivers >= manyReceivers ? 6 : 2);
  await delay(window.warmUpMs);
  const before = await snapshot(rig, client);
  await delay(window.measureMs);
  const after = await snapshot(rig, client);
  const seconds = (after.stats.timeMs - before.stats.timeMs) / 1000;
  const packets = after.stats.packets - before.stats.packets;
  const cpuMs = after.cpu.cpuMs - before.cpu.cpuMs;
  const clientMs = after.stats.cpuMs - before.stats.cpuMs;
  return {
    receivers,
    microsecondsPerPacket: (cpuMs * 1000) / packets,
    core: cpuMs / 1000 / seconds,
    clientCore: clientMs / 1000 / seconds,
    packetsPerSecond: packets / seconds,
    loss: lossBetween(before.stats, after.stats, receivers),
    otherWork: otherWorkBetween(before, after, [cpuMs, clientMs]) / 1000 / seconds,
  };
}

function lossBetween(before: ClientStats, after: ClientStats, receivers: number): number {
  const due = (after.sent - before.sent) * receivers;
  const gaps = (after.lost - before.lost) / due;
  const missing = 1 - (after.packets - before.packets) / due;
  // A server that falls behind queues first, which leaves no gaps yet; less than a few frames' worth is skew.
  return Math.max(gaps, missing > 0.03 ? missing : 0, 0);
}

interface Snapshot {
  readonly cpu: CpuUsage;
  readonly stats: ClientStats;
  readonly busyMs: readonly number[];
  readonly driverMs: number;
}

async function snapshot(rig: Rig, client: LoadClient): Promise<Snapshot> {
  const [cpu, stats, busyMs] = await Promise.all([cpuUsage(rig.pid), client.stats(), busyMsPerCore()]);
  const { user, system } = process.cpuUsage();
  return { cpu, stats, busyMs, driverMs: (user + system) / 1000 };
}

function otherWorkBetween(before: Snapshot, after: Snapshot, [serverMs, clientMs]: [number, number]): number {
  const busy = (core: number): number => (after.busyMs[core] ?? 0) - (before.busyMs[core] ?? 0);
  const driverMs = after.driverMs - before.driverMs;
  return Math.max(busy(cores.server) - serverMs, busy(cores.client) - clientMs - driverMs, 0);
}
