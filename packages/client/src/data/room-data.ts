/** Files, reactions and cursors of a room, over one stay in it after another. */
import { type Clock, Emitter } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type DataChannelName,
  type ParticipantId,
} from '@plenum/protocol';
import type { Signal } from '../conference-client-types.ts';
import { reportAsUncaught } from '../signal.ts';
import type { Stay } from '../stay.ts';
import type { Cursor, FileTransfer, IncomingFile, Reaction } from './file-types.ts';
import { RoomFiles } from './room-files.ts';
import { RoomSignals } from './room-signals.ts';

type Events = {
  reaction: [reaction: Reaction];
  cursor: [cursor: Cursor];
};

export class RoomData {
  readonly files: Signal<readonly IncomingFile[]>;
  readonly #files: RoomFiles;
  readonly #signals: RoomSignals;
  readonly #events = new Emitter<Events>(reportAsUncaught);
  #stay: Stay;

  constructor(stay: Stay, clock: Clock) {
    this.#stay = stay;
    this.#files = new RoomFiles({
      clock,
      canSend: (to) => this.#stay.data.canSend(to, 'files'),
      send: (to, message) => this.#stay.data.send(to, message, 'files'),
    });
    this.files = this.#files.files;
    this.#signals = new RoomSignals({
      clock,
      broadcast: (message) => this.#stay.data.broadcast(message, 'signals'),
      onReaction: (reaction) => this.#events.emit('reaction', reaction),
      onCursor: (cursor) => this.#events.emit('cursor', cursor),
    });
    this.follow(stay);
  }

  /** One is in the room anew. */
  follow(stay: Stay): void {
    if (this.#stay !== stay) this.#stay.data.listen(undefined);
    this.#stay = stay;
    this.handleRoom(stay.communication.data);
    stay.data.listen({
      onMessage: (from, payload, channel) => this.#handleMessage(from, payload, channel),
      onReady: () => this.#files.handleReady(),
    });
  }

  /** The server sees to it where it hands data on; straight from others it is for oneself to see to. */
  #handleMessage(from: ParticipantId, payload: Uint8Array, channel: DataChannelName): void {
    if (!this.#maySend(from)) return;
    if (channel === 'files') this.#files.handleMessage(from, payload);
    else this.#signals.handleMessage(from, payload);
  }

  get #room(): CommunicationData {
    return this.#stay.communication.data;
  }

  #maySend(id: ParticipantId): boolean {
    return this.#room.participants[id]?.may.includes('chat') === true;
  }

  #checkPermission(): void {
    if (!this.#maySend(this.#stay.participantId)) throw new ConferenceError('not-authorized');
  }

  handleRoom({ participants }: CommunicationData): void {
    const present = new Set(Object.keys(participants));
    this.#files.handlePresent(present);
    this.#signals.handlePresent(present);
  }

  /** @throws ConferenceError `not-authorized`, `participant-not-found` where there is nobody to send it to. */
  sendFile(file: Blob & { readonly name?: string }, to?: readonly ParticipantId[]): FileTransfer {
    this.#checkPermission();
    const { participants } = this.#room;
    const ids = (to ?? Object.keys(participants)) as readonly ParticipantId[];
    const others = new Set(
      ids.filter((id) => id !== this.#stay.participantId && participants[id] !== undefined),
    );
    return this.#files.send(file, file.name ?? '', [...others]);
  }

  /** @throws ConferenceError `not-authorized`, `rate-limited`, `bad-request` for what is no emoji. */
  react(emoji: string): void {
    this.#checkPermission();
    this.#signals.react(emoji);
    this.#events.emit('reaction', { from: this.#stay.participantId, emoji });
  }

  /** @throws ConferenceError `not-authorized`, `bad-request` for what is not on the picture. */
  signalCursor(x: number, y: number): void {
    this.#checkPermission();
    this.#signals.moveCursor(x, y);
  }

  onReaction(listener: (reaction: Reaction) => void): () => void {
    return this.#events.on('reaction', listener);
  }

  onCursor(listener: (cursor: Cursor) => void): () => void {
    return this.#events.on('cursor', listener);
  }

  /** May be called more than once. */
  close(): void {
    this.#stay.data.listen(undefined);
    this.#files.close();
    this.#signals.close();
  }
}
