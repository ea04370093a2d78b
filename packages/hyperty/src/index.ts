export { abortable } from './abortable.ts';
export { retryDelayMs } from './backoff.ts';
export { type Clock, systemClock } from './clock.ts';
export {
  DataObjectObserver,
  type ObserverEvents,
  type ParseSnapshot,
} from './data-object-observer.ts';
export { DataObjectReporter, type ReporterOptions } from './data-object-reporter.ts';
export { createDelivery, type WireEnd } from './delivery.ts';
export * from './deploy/index.ts';
export { Emitter, type EventMap } from './emitter.ts';
export { HypertyRuntime, type HypertyRuntimeOptions } from './hyperty-runtime.ts';
export type { Link, LinkEvents, OpenLink } from './link.ts';
export { type LogFields, type Logger, silentLogger } from './logger.ts';
export {
  MessageBus,
  type MessageBusOptions,
  type MessageDraft,
  type MessageHandler,
  type Progress,
  type RequestOptions,
} from './message-bus.ts';
export { throughLossMs } from './outbox.ts';
export * from './policy/index.ts';
export type { ObjectRegistration, Registration, RegistrationStatus } from './registration.ts';
export { type HypertyQuery, type ObjectQuery, RegistryClient } from './registry-client.ts';
export type { SessionState } from './runtime-session.ts';
export { SerialQueue } from './serial-queue.ts';
export { Syncher, type SyncherOptions } from './syncher.ts';
export { type BucketRate, TokenBucket } from './token-bucket.ts';
export {
  openWebSocketLink,
  type WebSocketConstructor,
  type WebSocketLike,
  type WebSocketLinkOptions,
} from './web-socket-link.ts';
