// The whole measurement: cost per packet in interleaved runs, the largest audience of one core, memory per receiver.
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { LoadClient } from '../load-client/load-client.ts';
import { pinToCore, raisePriority, raiseSession, residentBytes } from './process-usage.ts';
import { cores, type Rig, type ServerName } from './rig.ts';
import { type Sample, sample, startRig, type Window } from './run.ts';

export interface ForwardingOptions {
  /** `janus` is as Debian ships it, a thread per connection; `janus-loop` has one event loop for all of them. */
  readonly servers?: readonly ServerName[];
  readonly receivers?: readonly number[];
  readonly repeats?: number;
  readonly window?: Window;
  readonly transportCc?: readonly boolean[];
  readonly costs?: boolean;
  /** Searches the largest number of receivers without loss, which takes a minute or two per server. */
  readonly capacity?: boolean;
  readonly memory?: boolean;
  readonly log?: (line: string) => void;
}

export interface CostResult {
  readonly server: ServerName;
  readonly transportCc: boolean;
  readonly receivers: number;
  readonly samples: readonly Sample[];
  readonly median: Sample;
}

export interface CapacityResult {
  readonly server: ServerName;
  readonly transportCc: boolean;
  /** The largest step without loss, or none. */
  readonly carried: Sample | undefined;
  /** The step that lost packets; none when the search ended before. */
  readonly failed: Sample | undefined;
}

export interface MemoryResult {
  readonly server: ServerName;
  readonly transportCc: boolean;
  readonly from: number;
  readonly to: number;
  readonly bytesPerReceiver: number;
}

export interface ForwardingResult {
  readonly costs: readonly CostResult[];
  readonly capacities: readonly CapacityResult[];
  readonly memory: readonly MemoryResult[];
  readonly notes: readonly string[];
}

type Plan = Required<ForwardingOptions>;

// One packet in ten thousand: a late timer on a shared machine, not a server out of time.
const tolerableLoss = 1e-4;
const capacityStep: Readonly<Record<ServerName, number>> = { plenum: 100, janus: 25, 'janus-loop': 50 };
const capacityStart: Readonly<Record<ServerName, number>> = { plenum: 300, janus: 50, 'janus-loop': 150 };
const capacityLimit = 1_600;
const memorySteps = [10, 100, 200, 600] as const;
// A run beside more than this much other work counts only when there is no better one.
const tolerableOtherWork = 0.1;

export async function measureForwarding(options: ForwardingOptions = {}): Promise<ForwardingResult> {
  if (availableParallelism() < 2) throw new Error('one core for the server and one for the load are needed');
  await pinToCore(process.pid, cores.client);
  const restoreSession = await raiseSession();
  try {
    return await measureAll(planOf(options));
  } finally {
    await restoreSession();
  }
}

async function measureAll(plan: Plan): Promise<ForwardingResult> {
  const failures: string[] = [];
  // One server that fails, for instance because it is not installed, must not cost the figures of the others.
  const attempt: Attempt = async (variant, what, task) => {
    try {
      return await task();
    } catch (error) {
      failures.push(
        `${what} of ${nameOf(variant)} failed: ${error instanceof Error ? error.message : String(error)}`,
      );
      plan.log(failures.at(-1) ?? '');
      return undefined;
    }
  };
  const costs = plan.costs ? await measureCosts(plan, attempt) : [];
  const capacities: CapacityResult[] = [];
  const memory: MemoryResult[] = [];
  for (const transportCc of plan.transportCc)
    for (const server of plan.servers) {
      const variant = { server, transportCc };
      if (plan.memory)
        memory.push(...((await attempt(variant, 'memory', async () => measureMemory(plan, variant))) ?? []));
      const capacity =
        plan.capacity && (await attempt(variant, 'capacity', async () => measureCapacity(plan, variant)));
      if (capacity) capacities.push(capacity);
    }
  return { costs, capacities, memory, notes: [...failures, ...notesOn(costs)] };
}

type Attempt = <T>(variant: Variant, what: string, task: () => Promise<T>) => Promise<T | undefined>;

function planOf(options: ForwardingOptions): Plan {
  return {
    servers: options.servers ?? ['plenum', 'janus', 'janus-loop'],
    receivers: options.receivers ?? [50, 200, 600],
    repeats: options.repeats ?? 2,
    window: options.window ?? { warmUpMs: 2_500, measureMs: 6_000 },
    transportCc: options.transportCc ?? [false, true],
    costs: options.costs ?? true,
    capacity: options.capacity ?? true,
    memory: options.memory ?? true,
    log: options.log ?? (() => undefined),
  };
}

interface Variant {
  readonly server: ServerName;
  readonly transportCc: boolean;
}

async function measureCosts(plan: Plan, attempt: Attempt): Promise<CostResult[]> {
  const results: CostResult[] = [];
  for (const transportCc of plan.transportCc)
    for (const receivers of plan.receivers)
      results.push(...(await measureLoad(plan, attempt, transportCc, receivers)));
  return results;
}

/** Interleaved, so that other work on the machine falls on all servers alike. */
async function measureLoad(
  plan: Plan,
  attempt: Attempt,
  transportCc: boolean,
  receivers: number,
): Promise<CostResult[]> {
  const samples = new Map<ServerName, Sample[]>();
  for (let repeat = 0; repeat < plan.repeats; repeat++)
    for (const server of plan.servers) {
      const variant = { server, transportCc };
      const taken = await attempt(variant, `cost at ${receivers} receivers`, async () =>
        withRig(variant, async (rig, client) => {
          await rig.addReceivers(receivers);
          return sample(rig, client, receivers, plan.window);
        }),
      );
      if (!taken) continue;
      plan.log(lineOf(variant, taken));
      samples.set(server, [...(samples.get(server) ?? []), taken]);
    }
  return [...samples].map(([server, taken]) => ({
    server,
    transportCc,
    receivers,
    samples: taken,
    median: medianOf(taken),
  }));
}

async function measureCapacity(plan: Plan, variant: Variant): Promise<CapacityResult> {
  const step = capacityStep[variant.server];
  return withRig(variant, async (rig, client) => {
    let carried: Sample | undefined;
    for (let receivers = 0, next = capacityStart[variant.server]; next <= capacityLimit; next += step) {
      await rig.addReceivers(next - receivers);
      receivers = next;
      let taken = await sample(rig, client, receivers, plan.window);
      // The loss may be due to other work on the machine: the step is tried once more.
      if (taken.loss > tolerableLoss && !isQuiet(taken))
        taken = await sample(rig, client, receivers, plan.window);
      plan.log(`capacity ${lineOf(variant, taken)}`);
      if (taken.loss > tolerableLoss) return { ...variant, carried, failed: taken };
      carried = taken;
    }
    return { ...variant, carried, failed: undefined };
  });
}

async function measureMemory(plan: Plan, variant: Variant): Promise<MemoryResult[]> {
  return withRig(variant, async (rig, client) => {
    const [first, ...later] = memorySteps;
    await rig.addReceivers(first);
    await delay(plan.window.warmUpMs);
    const before = await residentBytes(rig.pid);
    const results: MemoryResult[] = [];
    let present: number = first;
    for (const to of later) {
      await rig.addReceivers(to - present);
      present = to;
      const taken = await sample(rig, client, present, plan.window);
      // A server that has fallen behind holds queues, which is not what a receiver costs.
      if (taken.loss > tolerableLoss) break;
      const bytesPerReceiver = ((await residentBytes(rig.pid)) - before) / (to - first);
      plan.log(
        `memory ${variant.server}: ${Math.round(bytesPerReceiver / 1024)} kB per receiver up to ${to}`,
      );
      results.push({ ...variant, from: first, to, bytesPerReceiver });
    }
    return results;
  });
}

/** A fresh server and a fresh client for each run, both gone at its end. */
async function withRig<T>(variant: Variant, use: (rig: Rig, client: LoadClient) => Promise<T>): Promise<T> {
  const client = await LoadClient.start({ launcher: ['taskset', '-c', String(cores.client)] });
  raisePriority(client.pid);
  try {
    const rig = await startRig(variant.server, { client, transportCc: variant.transportCc });
    try {
      return await use(rig, client);
    } finally {
      await rig.close();
    }
  } finally {
    await client.close();
  }
}

/** The sample with the middle cost, of those on a quiet machine if there are any; the lower of two, as noise adds. */
export function medianOf(samples: readonly Sample[]): Sample {
  const quiet = samples.filter(isQuiet);
  const sorted = [...(quiet.length > 0 ? quiet : samples)].sort(
    (a, b) => a.microsecondsPerPacket - b.microsecondsPerPacket,
  );
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (!middle) throw new Error('no samples');
  return middle;
}

function isQuiet({ otherWork }: Sample): boolean {
  return otherWork <= tolerableOtherWork;
}

function nameOf({ server, transportCc }: Variant): string {
  return `${server}${transportCc ? ' +transport-cc' : ''}`;
}

function lineOf(variant: Variant, taken: Sample): string {
  const { receivers, microsecondsPerPacket, core, clientCore, loss, otherWork } = taken;
  return [
    `${nameOf(variant)} N=${receivers}:`,
    `${microsecondsPerPacket.toFixed(2)} us/packet,`,
    `core ${(core * 100).toFixed(0)} %, client ${(clientCore * 100).toFixed(0)} %,`,
    `loss ${(loss * 100).toFixed(3)} %, other work ${(otherWork * 100).toFixed(0)} %`,
  ].join(' ');
}

function notesOn(costs: readonly CostResult[]): string[] {
  const all = costs.flatMap(({ samples }) => samples);
  const noisy = all.filter((taken) => !isQuiet(taken)).length;
  if (noisy === 0) return [];
  return [
    `${noisy} of ${all.length} runs had other work beside them on the machine, which raises costs and can cause loss; trust ratios more than figures`,
  ];
}
