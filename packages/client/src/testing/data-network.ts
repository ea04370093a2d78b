/** Rooms' files connected with each other in memory: messages take their time, and are lost when the test says so. */
import type { Clock } from '@plenum/hyperty';
import type { ParticipantId } from '@plenum/protocol';
import { FakeClock, settle } from '@plenum/testkit';
import type { FileTransfer, IncomingFile } from '../data/file-types.ts';
import { RoomFiles } from '../data/room-files.ts';

export interface NetworkMember {
  readonly id: ParticipantId;
  readonly files: RoomFiles;
  /** Bytes that came to it, all messages together. */
  arrivedBytes: number;
  /** Changes or drops what it is sent. */
  hears: (message: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | undefined;
  /** Nothing gets to it or from it. */
  isCut: boolean;
  /** Bytes a second that its line takes; what is more waits. */
  bytesPerSecond: number;
}

/** One way, in milliseconds. */
const latencyMs = 10;

export function aDataNetwork(names: readonly string[]) {
  const clock = new FakeClock();
  const members = new Map(names.map((name) => [name, aMember(name as ParticipantId)]));
  const lineFreeAt = new Map<string, number>();

  function aMember(id: ParticipantId): NetworkMember {
    const port = {
      clock: clock as Clock,
      canSend: (to: ParticipantId) => !member(id).isCut && !member(to).isCut,
      send: (to: readonly ParticipantId[], message: Uint8Array<ArrayBuffer>) => {
        for (const one of to) carry(id, one, message);
      },
    };
    return {
      id,
      files: new RoomFiles(port),
      arrivedBytes: 0,
      hears: (message) => message,
      isCut: false,
      bytesPerSecond: 100_000_000,
    };
  }

  function member(name: string): NetworkMember {
    const found = members.get(name);
    if (found === undefined) throw new Error(`${name} is not there`);
    return found;
  }

  function carry(from: ParticipantId, to: ParticipantId, message: Uint8Array<ArrayBuffer>): void {
    const target = members.get(to);
    if (target === undefined) return;
    const start = Math.max(clock.now(), lineFreeAt.get(to) ?? 0);
    const end = start + (message.length / target.bytesPerSecond) * 1_000;
    lineFreeAt.set(to, end);
    clock.after(end - clock.now() + latencyMs, () => {
      if (member(from).isCut || target.isCut) return;
      const heard = target.hears(message.slice());
      if (heard === undefined) return;
      target.arrivedBytes += heard.length;
      target.files.handleMessage(from, heard);
    });
  }

  const tellPresent = () => {
    for (const { files } of members.values()) files.handlePresent(new Set(members.keys()));
  };
  tellPresent();

  return {
    clock,
    member,
    /** Somebody leaves the room. */
    leaves: (name: string) => {
      members.delete(name);
      tellPresent();
    },
    /** The file that is offered to somebody, once it is. */
    offered: async (name: string): Promise<IncomingFile> => {
      await passes(latencyMs + 5);
      const file = member(name).files.files.current.at(-1);
      if (file === undefined) throw new Error('nothing was offered');
      return file;
    },
    passes,
    /** Lets time pass until something is so, and says how long it took. */
    until: async (isSo: () => boolean, withinMs = 60_000): Promise<number> => {
      const begun = clock.now();
      while (!isSo()) {
        if (clock.now() - begun > withinMs) throw new Error('it never was so');
        await passes(20);
      }
      return clock.now() - begun;
    },
  };

  async function passes(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 5) {
      clock.advance(Math.min(left, 5));
      await settle();
      // Reading and hashing are done by the platform, in time of its own.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Bytes that differ from place to place, as a file of that name. */
export function aFile(size: number, name = 'photo.jpg'): File {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 1) bytes[at] = (at * 31 + (at >>> 8) * 7 + (at >>> 16)) & 255;
  return new File([bytes], name, { type: 'image/jpeg' });
}

export async function isSameFile(a: Blob, b: Blob): Promise<boolean> {
  const [one, other] = await Promise.all([a.arrayBuffer(), b.arrayBuffer()]);
  return Buffer.from(one).equals(Buffer.from(other));
}

export function deliveryTo(transfer: FileTransfer, name: string) {
  const found = transfer.receivers.current.find(({ participantId }) => participantId === name);
  if (found === undefined) throw new Error('it is not for them');
  return found.delivery;
}

export function blobOf({ state }: IncomingFile): Blob {
  if (state.current.name !== 'verified') throw new Error(`it is ${state.current.name}`);
  return state.current.blob;
}
