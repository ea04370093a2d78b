/**
 * A file that one sends, in chunks: each receiver has a window of its own, so that a slow one holds up nobody; those who wait for
 * the same chunk get it by one message. What gets lost, by a break or on the way, is sent again from where the receiver is.
 */
import { ConferenceError, type ParticipantId } from '@plenum/protocol';
import { createSignal, type WritableSignal } from '../signal.ts';
import { Delivery } from './file-delivery.ts';
import { type FileFrame, formatFrame, type WithdrawalReason } from './file-frames.ts';
import { askAfterMs, type FilePort, showEveryMs } from './file-port.ts';
import { ChunkReader } from './file-reader.ts';
import type { FileDelivery, FileReceiver, FileTransfer } from './file-types.ts';

export interface OutgoingFileOptions {
  readonly id: number;
  readonly file: Blob;
  readonly name: string;
  readonly to: readonly ParticipantId[];
  readonly port: FilePort;
}

export class OutgoingFile implements FileTransfer {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly receivers: WritableSignal<readonly FileReceiver[]>;
  readonly #port: FilePort;
  readonly #reader: ChunkReader;
  readonly #deliveries: ReadonlyMap<ParticipantId, Delivery>;
  #isPaused = false;
  #isPumping = false;
  #stopShowing: (() => void) | undefined;

  constructor({ id, file, name, to, port }: OutgoingFileOptions) {
    this.id = id;
    this.name = name;
    this.size = file.size;
    this.type = file.type;
    this.#port = port;
    this.#reader = new ChunkReader(file);
    const now = port.clock.now();
    this.#deliveries = new Map(to.map((receiver) => [receiver, new Delivery(receiver, file.size, now)]));
    this.receivers = createSignal(this.#show());
    this.#offer(to);
  }

  /** Whether nothing more happens to it. */
  get isOver(): boolean {
    return this.#live.length === 0;
  }

  get #live(): readonly Delivery[] {
    return [...this.#deliveries.values()].filter(({ isOver }) => !isOver);
  }

  #offer(to: readonly ParticipantId[]): void {
    const { id, name, size, type } = this;
    this.#send(to, { type: 'offer', id, about: { name, size, type: type.slice(0, 255) } });
  }

  #send(to: readonly ParticipantId[], frame: FileFrame): void {
    if (to.length > 0) this.#port.send(to, formatFrame(frame));
  }

  handleFrame(from: ParticipantId, frame: FileFrame): void {
    const delivery = this.#deliveries.get(from);
    if (delivery === undefined) return;
    if (frame.type === 'progress') delivery.handleProgress(frame, this.#port.clock.now());
    if (frame.type === 'outcome') delivery.handleOutcome(frame.outcome);
    if (delivery.isOver) this.#showNow();
    else this.#showSoon();
    this.handleReady();
  }

  /** There may be room for more. */
  handleReady(): void {
    void this.#pump();
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (await this.#sendNext());
    } catch {
      // Only reading waits for what is not ours: the file has changed, or its device is gone.
      this.#withdraw('unreadable', { name: 'failed', error: new ConferenceError('file-unreadable') });
    } finally {
      this.#isPumping = false;
    }
  }

  /** Says whether there was anything to send. */
  async #sendNext(): Promise<boolean> {
    const offset = this.#dueChunk();
    if (offset === undefined) return this.#sendEnds();
    this.#sendChunk(offset, await this.#reader.read(offset));
    return true;
  }

  #takes(delivery: Delivery): boolean {
    return !this.#isPaused && delivery.isOpen && this.#port.canSend(delivery.to);
  }

  /** Who is furthest behind goes first: the others may catch it from there. */
  #dueChunk(): number | undefined {
    const offsets = this.#live.filter((delivery) => this.#takes(delivery)).map(({ next }) => next);
    return offsets.length === 0 ? undefined : Math.min(...offsets);
  }

  #sendChunk(offset: number, bytes: Uint8Array): void {
    const due = this.#live.filter((delivery) => delivery.next === offset && this.#takes(delivery));
    const to = due.map((delivery) => delivery.to);
    this.#send(to, { type: 'chunk', id: this.id, offset, bytes });
    const now = this.#port.clock.now();
    for (const delivery of due) delivery.handleSent(bytes.length, now);
  }

  async #sendEnds(): Promise<boolean> {
    if (!this.#live.some(({ isEndDue }) => isEndDue)) return false;
    const digest = await this.#reader.digest();
    const due = this.#live.filter(({ isEndDue }) => isEndDue);
    this.#send(
      due.map(({ to }) => to),
      { type: 'end', id: this.id, digest },
    );
    for (const delivery of due) delivery.handleEndSent();
    return true;
  }

  /** Asks those who have said nothing for too long: the offer again, which they answer with how far they are. */
  handleTick(): void {
    const now = this.#port.clock.now();
    const silent = this.#live.filter((delivery) => delivery.isAskDue(now, askAfterMs));
    this.#offer(silent.map(({ to }) => to));
    this.handleReady();
  }

  /** They are in the room no more. */
  handleLeft(id: ParticipantId): void {
    this.#deliveries.get(id)?.end({ name: 'failed', error: new ConferenceError('participant-left') });
    this.#showNow();
  }

  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  #setPaused(isPaused: boolean): void {
    if (this.#isPaused === isPaused || this.isOver) return;
    this.#isPaused = isPaused;
    this.#send(
      this.#live.map(({ to }) => to),
      { type: 'paused', id: this.id, isPaused },
    );
    this.#showNow();
    this.handleReady();
  }

  cancel(): void {
    this.#withdraw('cancelled', { name: 'cancelled', by: 'here' });
  }

  #withdraw(reason: WithdrawalReason, state: Extract<FileDelivery, { name: 'cancelled' | 'failed' }>): void {
    const live = this.#live;
    this.#send(
      live.map(({ to }) => to),
      { type: 'withdrawn', id: this.id, reason },
    );
    for (const delivery of live) delivery.end(state);
    this.#showNow();
  }

  #show(): readonly FileReceiver[] {
    return [...this.#deliveries].map(([participantId, delivery]) => ({
      participantId,
      delivery: delivery.show(this.#isPaused),
    }));
  }

  #showSoon(): void {
    this.#stopShowing ??= this.#port.clock.after(showEveryMs, () => this.#showNow());
  }

  #showNow(): void {
    this.#stopShowing?.();
    this.#stopShowing = undefined;
    this.receivers.set(this.#show());
  }

  /** One is in the room no more. */
  close(): void {
    for (const delivery of this.#live) {
      delivery.end({ name: 'failed', error: new ConferenceError('aborted') });
    }
    this.#showNow();
  }
}
