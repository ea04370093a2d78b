/** A file on its way to one receiver, as its sender keeps account of it. */
import { ConferenceError, type ParticipantId } from '@plenum/protocol';
import type { FileOutcome, ProgressFrame } from './file-frames.ts';
import type { FileDelivery, FileSide } from './file-types.ts';
import { SendWindow } from './send-window.ts';

type State = 'offered' | 'sending' | Exclude<FileDelivery, { readonly name: 'offered' | 'sending' }>;

export class Delivery {
  readonly to: ParticipantId;
  readonly #size: number;
  readonly #window = new SendWindow();
  #state: State = 'offered';
  #sent = 0;
  /** Up to where anything was ever sent: before a rewind more than now. */
  #highest = 0;
  #arrived = 0;
  /** What the receiver has space for. */
  #limit = 0;
  #isPausedThere = false;
  #isEndDue = false;
  /** When something was last heard, or asked. */
  #heardAt: number;

  constructor(to: ParticipantId, size: number, now: number) {
    this.to = to;
    this.#size = size;
    this.#heardAt = now;
  }

  get isOver(): boolean {
    return typeof this.#state !== 'string';
  }

  /** Where the next chunk begins. */
  get next(): number {
    return this.#sent;
  }

  /** Whether the receiver takes a chunk now. */
  get isOpen(): boolean {
    if (this.#state !== 'sending' || this.#isPausedThere || this.#sent >= this.#size) return false;
    return this.#sent < Math.min(this.#limit, this.#arrived + this.#window.bytes);
  }

  /** Whether all was sent, and the receiver is to be told what the whole is recognised by. */
  get isEndDue(): boolean {
    return this.#state === 'sending' && this.#isEndDue;
  }

  handleEndSent(): void {
    this.#isEndDue = false;
  }

  handleSent(length: number, now: number): void {
    if (this.#sent === this.#arrived) this.#heardAt = now;
    this.#sent += length;
    this.#highest = Math.max(this.#highest, this.#sent);
    this.#window.handleSent(this.#sent, now);
    this.#isEndDue = this.#sent === this.#size;
  }

  /** The receiver says how far it is. What cannot be is not believed. */
  handleProgress({ received, limit, isRewind, isPaused }: ProgressFrame, now: number): void {
    if (this.isOver || received > this.#highest) return;
    this.#heardAt = now;
    if (this.#state === 'offered') this.#isEndDue = this.#size === 0;
    this.#state = 'sending';
    this.#isPausedThere = isPaused;
    this.#limit = Math.max(this.#limit, limit);
    if (received > this.#arrived) {
      this.#window.handleArrived(received, received - this.#arrived, now);
      this.#arrived = received;
    }
    if (isRewind || received > this.#sent) this.#rewind(received);
  }

  #rewind(received: number): void {
    if (received < this.#sent) this.#window.handleLoss();
    this.#sent = received;
    this.#isEndDue = received === this.#size;
  }

  handleOutcome(outcome: FileOutcome): void {
    if (this.isOver) return;
    this.#state = stateAfter(outcome);
  }

  end(state: Exclude<State, string>): void {
    if (!this.isOver) this.#state = state;
  }

  /** Whether it is time to ask how things are; if so it counts as done. */
  isAskDue(
    now: number,
    { sending, waiting }: { readonly sending: number; readonly waiting: number },
  ): boolean {
    const isUnderWay = this.#state === 'sending' && !this.#isPausedThere && this.#sent > this.#arrived;
    const isComplete = this.#state === 'sending' && this.#sent === this.#size;
    const afterMs = isUnderWay || isComplete ? sending : waiting;
    if (this.isOver || now - this.#heardAt < afterMs) return false;
    this.#heardAt = now;
    return true;
  }

  show(isPausedHere: boolean): FileDelivery {
    if (this.#state === 'offered') return { name: 'offered' };
    if (this.#state !== 'sending') return this.#state;
    const pausedBy: FileSide | undefined = isPausedHere ? 'here' : this.#isPausedThere ? 'there' : undefined;
    return { name: 'sending', bytes: this.#arrived, pausedBy };
  }
}

function stateAfter(outcome: FileOutcome): Exclude<State, string> {
  switch (outcome) {
    case 'verified':
    case 'declined':
      return { name: outcome };
    case 'cancelled':
      return { name: 'cancelled', by: 'there' };
    case 'corrupt':
      return { name: 'failed', error: new ConferenceError('file-corrupt') };
    case 'refused':
      return { name: 'failed', error: new ConferenceError('bad-message') };
  }
}
