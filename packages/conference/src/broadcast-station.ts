/** The port to what keeps a room's live stream, and hands it to who looks on. */
import type { LiveEvent } from '@plenum/media';
import type { RoomId } from '@plenum/protocol';

export interface BroadcastStation {
  /** Begins a stream anew, in place of one of the same room that may be there. @param key Without which nobody finds it. */
  begin(roomId: RoomId, key: string | undefined): BroadcastChannel;
}

export interface BroadcastChannel {
  /** What was made of it: a stream that began again goes on where the one before was broken off. */
  handle(event: LiveEvent): void;
  /** Somebody looks on by another way than the stream, and counts until what is returned is called, once. */
  attend(): () => void;
  /** How many look on now. */
  readonly audience: number;
  /** It is over, which who looks on is told. May be called more than once. */
  close(): void;
}
