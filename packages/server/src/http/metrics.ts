/** Prometheus metrics. What exists is counted when it is asked for, where it lives. */
import type { ConnectionFailure, ConnectionSummary } from '@plenum/protocol';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { createConnectionMetrics } from './connection-metrics.ts';

/** What exists now; the fields are the `dump()`s of those who hold it. */
export interface Inventory {
  readonly rooms: number;
  readonly participants: number;
  /** In lobbies. */
  readonly waiting: number;
  readonly sessions: number;
  readonly connectionObjects: number;
  readonly communicationObjects: number;
  readonly workers: number;
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  readonly broadcasts: number;
  /** Of all broadcasts. */
  readonly viewers: number;
}

export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

const gauges = {
  rooms: ['plenum_rooms', 'Rooms that are open'],
  participants: ['plenum_participants', 'Participants in all rooms'],
  waiting: ['plenum_waiting', 'People who wait in lobbies'],
  sessions: ['plenum_sessions', 'Sessions of clients on the messaging node'],
  workers: ['plenum_media_workers', 'Media worker processes that run'],
  routers: ['plenum_routers', 'Rooms that the media workers hold'],
  transports: ['plenum_transports', 'Media connections that the media workers hold'],
  producers: ['plenum_producers', 'Sources that the media workers receive'],
  consumers: ['plenum_consumers', 'Sources that the media workers send on'],
  broadcasts: ['plenum_broadcasts', 'Rooms that are broadcast'],
  viewers: ['plenum_broadcast_viewers', 'Players that look on at broadcasts'],
} as const satisfies Partial<Record<keyof Inventory, readonly [string, string]>>;

export interface MetricsSource {
  takeInventory(): Promise<Inventory>;
  /** How often each error was answered since the start, by its code. */
  refusals(): ReadonlyMap<string, number>;
  /** Calls back for every connection for media that has come about. */
  onConnected(listener: (summary: ConnectionSummary) => void): void;
  /** The same for every attempt at one that failed. */
  onConnectFailed(listener: (failure: ConnectionFailure) => void): void;
  /** Undefined where there is to be no relay. */
  isRelayUp(): boolean | undefined;
  /** Of where whole recordings go; undefined where they stay in the folder. */
  storeState(): StoreState | undefined;
}

export interface StoreState {
  /** Whether all that is whole goes there. */
  readonly isUp: boolean;
  /** Recordings that are still to go there. */
  readonly waiting: number;
  /** Recordings that went there since the start. */
  readonly moved: number;
}

export function createMetricsPage(source: MetricsSource): MetricsPage {
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
  const refused = new Counter({
    name: 'plenum_refused_total',
    help: 'Requests that were refused, by the code of the error',
    labelNames: ['code'],
    registers: [registry],
  });
  const connections = createConnectionMetrics(registry);
  source.onConnected(connections.count);
  source.onConnectFailed(connections.countFailure);
  const setRelay = createRelayGauge(source, registry);
  const setStore = createStoreGauges(source, registry);
  return {
    contentType: registry.contentType,
    render: async () => {
      const inventory = await source.takeInventory();
      for (const set of setters) set(inventory);
      setRelay();
      setStore();
      refused.reset();
      for (const [code, count] of source.refusals()) refused.inc({ code }, count);
      objects.set({ scheme: 'connection' }, inventory.connectionObjects);
      objects.set({ scheme: 'comm' }, inventory.communicationObjects);
      return registry.metrics();
    },
  };
}

/** Only where there is to be one, so that a value of 0 is always a reason to look. */
function createRelayGauge({ isRelayUp }: MetricsSource, registry: Registry): () => void {
  if (isRelayUp() === undefined) return () => undefined;
  const help = 'Whether the relay (STUN and TURN) answers: 1, or 0 while it is being tried again';
  const gauge = new Gauge({ name: 'plenum_relay_up', help, registers: [registry] });
  return () => gauge.set(isRelayUp() === true ? 1 : 0);
}

/** Only where there is a store. */
function createStoreGauges({ storeState }: MetricsSource, registry: Registry): () => void {
  if (storeState() === undefined) return () => undefined;
  const registers = [registry];
  const up = new Gauge({
    name: 'plenum_recording_store_up',
    help: 'Whether whole recordings go to the store: 1, or 0 while it is being tried again',
    registers,
  });
  const waiting = new Gauge({
    name: 'plenum_recordings_waiting',
    help: 'Whole recordings that are still in the folder, and to go to the store',
    registers,
  });
  const stored = new Counter({
    name: 'plenum_recordings_stored_total',
    help: 'Recordings that went to the store',
    registers,
  });
  return () => {
    const state = storeState() ?? { isUp: false, waiting: 0, moved: 0 };
    up.set(state.isUp ? 1 : 0);
    waiting.set(state.waiting);
    stored.reset();
    stored.inc(state.moved);
  };
}
