export { FakeClock } from './fake-clock.ts';
export { type SignallingOptions, SignallingParticipant, type WireCount } from './signalling-participant.ts';
export { settle, until } from './until.ts';
