export { type BreakableNetwork, breakable } from './breakable-link.ts';
export { FakeClock } from './fake-clock.ts';
export { drawFlow } from './flow-diagram.ts';
export { createMessageTrace, type MessageTrace, type TracedMessage } from './message-trace.ts';
export { type SignallingOptions, SignallingParticipant, type WireCount } from './signalling-participant.ts';
export { settle, until } from './until.ts';
