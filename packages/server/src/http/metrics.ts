/** Prometheus metrics. What exists is counted when it is asked for, where it lives. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** What exists now; the fields are the `dump()`s of those who hold it. */
export interface Inventory {
  readonly rooms: number;
  readonly participants: number;
  readonly sessions: number;
  readonly connectionObjects: number;
  readonly communicationObjects: number;
  readonly workers: number;
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
}

export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

const gauges = {
  rooms: ['plenum_rooms', 'Rooms that are open'],
  participants: ['plenum_participants', 'Participants in all rooms'],
  sessions: ['plenum_sessions', 'Sessions of clients on the messaging node'],
  workers: ['plenum_media_workers', 'Media worker processes that run'],
  routers: ['plenum_routers', 'Rooms that the media workers hold'],
  transports: ['plenum_transports', 'Media connections that the media workers hold'],
  producers: ['plenum_producers', 'Sources that the media workers receive'],
  consumers: ['plenum_consumers', 'Sources that the media workers send on'],
} as const satisfies Partial<Record<keyof Inventory, readonly [string, string]>>;

export function createMetricsPage(takeInventory: () => Promise<Inventory>): MetricsPage {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const setters = Object.entries(gauges).map(([key, [name, help]]) => {
    const gauge = new Gauge({ name, help, registers: [registry] });
    return (inventory: Inventory) => gauge.set(inventory[key as keyof typeof gauges]);
  });
  const objects = new Gauge({
    name: 'plenum_data_objects',
    help: 'Data objects on the messaging node',
    labelNames: ['scheme'],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    render: async () => {
      const inventory = await takeInventory();
      for (const set of setters) set(inventory);
      objects.set({ scheme: 'connection' }, inventory.connectionObjects);
      objects.set({ scheme: 'comm' }, inventory.communicationObjects);
      return registry.metrics();
    },
  };
}
