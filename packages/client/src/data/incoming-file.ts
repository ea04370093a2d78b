/**
 * A file that somebody sends to here. Says how much may be under way, takes what comes in order, asks again for what is missing, and
 * holds in the end what it has against what the sender says that it is.
 */
import { ConferenceError, type ErrorCode, type ParticipantId } from '@plenum/protocol';
import { createSignal, type WritableSignal } from '../signal.ts';
import { isSameDigest } from './block-digest.ts';
import { type FileDescription, type FileFrame, type FileOutcome, formatFrame } from './file-frames.ts';
import { askAfterMs, type FilePort, showEveryMs } from './file-port.ts';
import type { FileSide, IncomingFile, IncomingFileState } from './file-types.ts';
import { FileWriter } from './file-writer.ts';

export interface IncomingFileOptions {
  readonly id: number;
  readonly from: ParticipantId;
  readonly about: FileDescription;
  readonly port: FilePort;
  /** Bytes that may be under way: a part of what there is for all files. */
  readonly window: () => number;
}

/** What comes within so many milliseconds is acknowledged together. */
const acknowledgeMs = 10;
/** What is missing is asked for again after so many. */
const rewindAgainMs = 1_000;

export class IncomingTransfer implements IncomingFile {
  readonly id: string;
  readonly from: ParticipantId;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly state: WritableSignal<IncomingFileState> = createSignal<IncomingFileState>({ name: 'offered' });
  readonly #options: IncomingFileOptions;
  readonly #writer = new FileWriter();
  #limit = 0;
  #pausedBy: FileSide | undefined;
  #outcome: FileOutcome | undefined;
  #isVerifying = false;
  #stopAcknowledging: (() => void) | undefined;
  #rewound: { readonly from: number; readonly at: number } | undefined;
  #shownAt = 0;
  #heardAt: number;

  constructor(options: IncomingFileOptions) {
    const { id, from, about, port } = options;
    this.#options = options;
    this.id = `${from}-${id}`;
    this.from = from;
    this.name = about.name;
    this.size = about.size;
    this.type = about.type;
    this.#heardAt = port.clock.now();
  }

  /** Whether it takes of what may be under way. */
  get isReceiving(): boolean {
    return this.state.current.name === 'receiving';
  }

  get isOver(): boolean {
    return !this.isReceiving && this.state.current.name !== 'offered';
  }

  get #now(): number {
    return this.#options.port.clock.now();
  }

  handleFrame(frame: FileFrame): void {
    this.#heardAt = this.#now;
    switch (frame.type) {
      case 'offer':
        return this.#handleAsked();
      case 'chunk':
        return this.#handleChunk(frame.offset, frame.bytes);
      case 'end':
        return this.#handleEnd(frame.digest);
      case 'paused':
        return this.#handlePaused(frame.isPaused);
      case 'withdrawn':
        return frame.reason === 'cancelled'
          ? this.#end({ name: 'cancelled', by: 'there' })
          : this.#fail('file-unreadable');
      case 'progress':
      case 'outcome':
        return undefined;
    }
  }

  /** The sender wants to know how things are. */
  #handleAsked(): void {
    if (this.#outcome !== undefined) this.#tellOutcome(this.#outcome);
    else if (this.isReceiving && !this.#isVerifying) this.#rewind();
  }

  #handleChunk(offset: number, bytes: Uint8Array): void {
    if (!this.isReceiving) return;
    const end = offset + bytes.length;
    if (end > this.size || end > this.#limit) return this.#end(refused(), 'refused');
    if (offset > this.#writer.written) return this.#handleGap();
    // What comes twice is there already.
    if (offset === this.#writer.written) this.#writer.write(bytes);
    this.#show();
    this.#stopAcknowledging ??= this.#options.port.clock.after(acknowledgeMs, () =>
      this.#tellProgress(false),
    );
  }

  /** Once for each gap: all that is under way behind it comes in vain. */
  #handleGap(): void {
    const from = this.#writer.written;
    const isAsked = this.#rewound?.from === from && this.#now - this.#rewound.at < rewindAgainMs;
    if (!isAsked) this.#rewind();
  }

  #rewind(): void {
    this.#rewound = { from: this.#writer.written, at: this.#now };
    this.#tellProgress(true);
  }

  #tellProgress(isRewind: boolean): void {
    this.#stopAcknowledging?.();
    this.#stopAcknowledging = undefined;
    const received = this.#writer.written;
    const isPaused = this.#pausedBy === 'here';
    if (!isPaused)
      this.#limit = Math.max(this.#limit, Math.min(this.size, received + this.#options.window()));
    const { id } = this.#options;
    this.#send({ type: 'progress', id, received, limit: this.#limit, isRewind, isPaused });
  }

  #tellOutcome(outcome: FileOutcome): void {
    this.#send({ type: 'outcome', id: this.#options.id, outcome });
  }

  #send(frame: FileFrame): void {
    this.#options.port.send([this.from], formatFrame(frame));
  }

  #handleEnd(digest: Uint8Array): void {
    if (!this.isReceiving || this.#isVerifying) return;
    if (this.#writer.written < this.size) return this.#handleGap();
    this.#isVerifying = true;
    // A view of a message that is good only now.
    void this.#verify(digest.slice());
  }

  async #verify(digest: Uint8Array): Promise<void> {
    const isRight = isSameDigest(await this.#writer.digest(), digest);
    if (!this.isReceiving) return;
    if (isRight) this.#end({ name: 'verified', blob: this.#writer.blob(this.type) }, 'verified');
    else this.#end({ name: 'failed', error: new ConferenceError('file-corrupt') }, 'corrupt');
  }

  #handlePaused(isPaused: boolean): void {
    if (!this.isReceiving || this.#pausedBy === 'here') return;
    this.#pausedBy = isPaused ? 'there' : undefined;
    this.#showNow();
  }

  /** Asks who has said nothing for too long: how far one is, once more. */
  handleTick(): void {
    if (!this.isReceiving || this.#now - this.#heardAt < askAfterMs.waiting) return;
    this.#heardAt = this.#now;
    if (!this.#isVerifying) this.#rewind();
  }

  /** There is a way to the sender that was not there before: it goes on now. */
  handleReady(): void {
    if (this.isReceiving && !this.#isVerifying && this.#now - this.#heardAt > rewindAgainMs)
      this.#handleGap();
  }

  accept(): void {
    if (this.state.current.name !== 'offered') return;
    this.#heardAt = this.#now;
    this.state.set({ name: 'receiving', bytes: 0, pausedBy: undefined });
    this.#tellProgress(false);
  }

  decline(): void {
    if (this.state.current.name === 'offered') this.#end({ name: 'declined' }, 'declined');
  }

  pause(): void {
    this.#setPausedHere(true);
  }

  resume(): void {
    this.#setPausedHere(false);
  }

  #setPausedHere(isPaused: boolean): void {
    if (!this.isReceiving || (this.#pausedBy === 'here') === isPaused) return;
    this.#pausedBy = isPaused ? 'here' : undefined;
    this.#tellProgress(false);
    this.#showNow();
  }

  cancel(): void {
    if (this.isReceiving) this.#end({ name: 'cancelled', by: 'here' }, 'cancelled');
    else this.decline();
  }

  handleLeft(): void {
    this.#fail('participant-left');
  }

  #fail(code: ErrorCode): void {
    this.#end({ name: 'failed', error: new ConferenceError(code) });
  }

  /** @param outcome What the sender is told, now and whenever it asks; nothing where it knows. */
  #end(state: IncomingFileState, outcome?: FileOutcome): void {
    if (this.isOver) return;
    this.#stopAcknowledging?.();
    this.#stopAcknowledging = undefined;
    this.#writer.close();
    this.#outcome = outcome ?? 'cancelled';
    this.state.set(state);
    if (outcome !== undefined) this.#tellOutcome(outcome);
  }

  #show(): void {
    if (this.#now - this.#shownAt >= showEveryMs || this.#writer.written === this.size) this.#showNow();
  }

  #showNow(): void {
    this.#shownAt = this.#now;
    this.state.set({ name: 'receiving', bytes: this.#writer.written, pausedBy: this.#pausedBy });
  }

  /** One is in the room no more. */
  close(): void {
    this.#fail('aborted');
  }
}

function refused(): IncomingFileState {
  return { name: 'failed', error: new ConferenceError('bad-message') };
}
