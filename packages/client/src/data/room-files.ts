/** All files of a room that go out from here or come in. */
import { ConferenceError, type ParticipantId } from '@plenum/protocol';
import { createSignal, type WritableSignal } from '../signal.ts';
import { type FileDescription, type FileFrame, fileName, formatFrame, parseFrame } from './file-frames.ts';
import type { FilePort } from './file-port.ts';
import type { FileTransfer, IncomingFile } from './file-types.ts';
import { IncomingTransfer } from './incoming-file.ts';
import { OutgoingFile } from './outgoing-file.ts';

/** Bytes that may be under way to here, of all files together. */
const receiveWindow = 1_048_576;
/** Each has at least this much, or it would stand still. */
const minWindow = 65_536;
/** Files of one sender that wait for a word, and files that are remembered after their end. */
const maxOffered = 20;
const maxRemembered = 200;
const tickMs = 500;
/** Milliseconds that who is not in the room has to come back: a whole room comes back one by one. */
const leftAfterMs = 15_000;

export class RoomFiles {
  /** Oldest first. */
  readonly files: WritableSignal<readonly IncomingFile[]> = createSignal<readonly IncomingFile[]>([]);
  readonly #port: FilePort;
  readonly #outgoing = new Map<number, OutgoingFile>();
  readonly #incoming = new Map<string, IncomingTransfer>();
  /** Since when somebody with whom there is a file is missing. */
  readonly #missing = new Map<ParticipantId, number>();
  #present: ReadonlySet<string> = new Set();
  #stopTicking: (() => void) | undefined;
  #isClosed = false;

  constructor(port: FilePort) {
    this.#port = port;
  }

  /** @throws ConferenceError `participant-not-found` where there is nobody to send it to. */
  send(file: Blob, name: string, to: readonly ParticipantId[]): FileTransfer {
    if (to.length === 0 || this.#isClosed) throw new ConferenceError('participant-not-found');
    const [id = 0] = crypto.getRandomValues(new Uint32Array(1));
    const transfer = new OutgoingFile({ id, file, name: fileName(name), to, port: this.#port });
    this.#outgoing.set(id, transfer);
    this.#tick();
    return transfer;
  }

  /** What somebody sent by the reliable channel. What is not understood changes nothing. */
  handleMessage(from: ParticipantId, message: Uint8Array): void {
    try {
      this.#handleFrame(from, parseFrame(message));
    } catch (thrown) {
      if (!(thrown instanceof ConferenceError)) throw thrown;
    }
  }

  #handleFrame(from: ParticipantId, frame: FileFrame): void {
    if (frame.type === 'progress' || frame.type === 'outcome') return this.#handleReceiver(from, frame);
    const known = this.#incoming.get(`${from}-${frame.id}`);
    if (known !== undefined) known.handleFrame(frame);
    else if (frame.type === 'offer') this.#handleOffer(from, frame.id, frame.about);
  }

  #handleReceiver(from: ParticipantId, frame: FileFrame): void {
    const transfer = this.#outgoing.get(frame.id);
    if (transfer !== undefined) return transfer.handleFrame(from, frame);
    // Of one that is over for everybody, or of a page that was here before.
    if (frame.type === 'progress') {
      this.#port.send([from], formatFrame({ type: 'withdrawn', id: frame.id, reason: 'cancelled' }));
    }
  }

  #handleOffer(from: ParticipantId, id: number, about: FileDescription): void {
    const files = [...this.#incoming.values()];
    const offered = files.filter((file) => file.from === from && !file.isOver);
    if (offered.length >= maxOffered) return;
    const isReceiving = () => [...this.#incoming.values()].filter((file) => file.isReceiving).length;
    const window = () => Math.max(minWindow, Math.floor(receiveWindow / Math.max(1, isReceiving())));
    const file = new IncomingTransfer({ id, from, about, port: this.#port, window });
    this.#incoming.set(file.id, file);
    const over = files.filter(({ isOver }) => isOver);
    for (const { id: old } of over.slice(0, Math.max(0, over.length - maxRemembered)))
      this.#incoming.delete(old);
    this.files.set([...this.#incoming.values()]);
    this.#tick();
  }

  /** Somebody can be sent something who could not before, or more. */
  handleReady(): void {
    for (const file of this.#outgoing.values()) file.handleReady();
    for (const file of this.#incoming.values()) file.handleReady();
  }

  /** Who is in the room now. */
  handlePresent(ids: ReadonlySet<string>): void {
    this.#present = ids;
  }

  /** As long as there is anything to see to. */
  #tick(): void {
    if (this.#isClosed || this.#stopTicking !== undefined) return;
    this.#stopTicking = this.#port.clock.after(tickMs, () => {
      this.#stopTicking = undefined;
      this.#lookForMissing();
      for (const [id, file] of this.#outgoing) {
        file.handleTick();
        if (file.isOver) this.#outgoing.delete(id);
      }
      const live = [...this.#incoming.values()].filter(({ isOver }) => !isOver);
      for (const file of live) file.handleTick();
      if (live.length > 0 || this.#outgoing.size > 0) this.#tick();
    });
  }

  #lookForMissing(): void {
    const now = this.#port.clock.now();
    const others = new Set([
      ...[...this.#outgoing.values()].flatMap((file) =>
        file.receivers.current.map(({ participantId }) => participantId),
      ),
      ...[...this.#incoming.values()].flatMap((file) => (file.isOver ? [] : [file.from])),
    ]);
    for (const id of others) {
      if (this.#present.has(id)) this.#missing.delete(id);
      else if (!this.#missing.has(id)) this.#missing.set(id, now);
      else if (now - (this.#missing.get(id) ?? now) >= leftAfterMs) this.#handleLeft(id);
    }
  }

  #handleLeft(id: ParticipantId): void {
    this.#missing.delete(id);
    for (const file of this.#outgoing.values()) file.handleLeft(id);
    for (const file of this.#incoming.values()) if (file.from === id) file.handleLeft();
  }

  /** One is in the room no more. What has arrived stays. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopTicking?.();
    for (const file of [...this.#outgoing.values(), ...this.#incoming.values()]) file.close();
  }
}
