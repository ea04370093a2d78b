/** What a running server says that it holds. */
const gauges = [
  'plenum_rooms',
  'plenum_participants',
  'plenum_waiting',
  'plenum_sessions',
  'plenum_data_objects{scheme="connection"}',
  'plenum_data_objects{scheme="comm"}',
  'plenum_routers',
  'plenum_transports',
  'plenum_producers',
  'plenum_consumers',
  'plenum_media_workers',
] as const;

export type Inventory = Readonly<Record<(typeof gauges)[number], number>>;

export async function takeInventory(url: string): Promise<Inventory> {
  const text = await (await fetch(new URL('metrics', url))).text();
  const values = gauges.map((name) => {
    const line = text.split('\n').find((each) => each.startsWith(`${name} `));
    return [name, Number(line?.slice(name.length + 1))] as const;
  });
  return Object.fromEntries(values) as Inventory;
}

const patienceMs = 20_000;
const intervalMs = 100;

/** What it holds that differs from what it is to hold, in words; it has some seconds to come to that. */
export async function differencesFrom(url: string, wanted: Partial<Inventory>): Promise<readonly string[]> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const found = await takeInventory(url);
    const differing = gauges.filter((name) => name in wanted && found[name] !== wanted[name]);
    if (differing.length === 0) return [];
    if (performance.now() > deadline)
      return differing.map((name) => `${name}: ${found[name]}, not ${wanted[name]}`);
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

/** Undefined for a server that says it is well. */
export async function ailmentOf(url: string): Promise<string | undefined> {
  const response = await fetch(new URL('healthz', url));
  return response.ok ? undefined : `not healthy: ${response.status} ${await response.text()}`;
}
