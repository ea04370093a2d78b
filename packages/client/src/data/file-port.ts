/** What files need of the ways by which data goes. */
import type { Clock } from '@plenum/hyperty';
import type { ParticipantId } from '@plenum/protocol';

export interface FilePort {
  readonly clock: Clock;
  /** Whether somebody can be sent something now. */
  canSend(to: ParticipantId): boolean;
  /** May be lost, and is then sent again by whom it matters to. */
  send(to: readonly ParticipantId[], message: Uint8Array<ArrayBuffer>): void;
}

/** Milliseconds of silence after which one asks how things are: while bytes are under way, and otherwise. */
export const askAfterMs = { sending: 1_000, waiting: 5_000 } as const;

/** Milliseconds between two changes of what is shown of the progress. */
export const showEveryMs = 100;
