export { type Clock, systemClock } from './clock.ts';
export {
  DataObjectObserver,
  type ObserverEvents,
  type ParseSnapshot,
} from './data-object-observer.ts';
export { DataObjectReporter, type ReporterOptions } from './data-object-reporter.ts';
export { createDelivery, type WireEnd } from './delivery.ts';
export { Emitter, type EventMap } from './emitter.ts';
export { HypertyRuntime, type HypertyRuntimeOptions } from './hyperty-runtime.ts';
export type { Link, LinkEvents, OpenLink } from './link.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
export {
  MessageBus,
  type MessageBusOptions,
  type MessageDraft,
  type MessageHandler,
  type RequestOptions,
} from './message-bus.ts';
export { type Registration, RegistryClient } from './registry-client.ts';
export { SerialQueue } from './serial-queue.ts';
export { Syncher, type SyncherOptions } from './syncher.ts';
export {
  openWebSocketLink,
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketLinkOptions,
} from './web-socket-link.ts';
