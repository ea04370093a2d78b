/** What a running server says that it holds. */
import { expect } from 'vitest';

const gauges = [
  'plenum_rooms',
  'plenum_participants',
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

/** Resolves once it holds no more than this, and fails where it does not come to that. */
export async function untilInventory(url: string, wanted: Inventory): Promise<void> {
  await expect.poll(() => takeInventory(url), { timeout: 10_000, interval: 100 }).toEqual(wanted);
}

export async function expectHealthy(url: string): Promise<void> {
  const response = await fetch(new URL('healthz', url));
  expect({ status: response.status, body: await response.json() }).toMatchObject({ status: 200 });
}
