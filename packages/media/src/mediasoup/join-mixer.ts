/** How a room comes to have something in the mixer's process: one plain transport to it carries all media there and back. */
import { ConferenceError, type Source } from '@plenum/protocol';
import type { PlainTransport, Producer, Router } from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type { MediaMix, MediaTracks } from '../media-server.ts';
import type { Mixer } from '../mixer.ts';
import { engineFailure } from './failure.ts';

/** What whoever joins it needs. */
export interface MixerParts {
  readonly router: Router;
  readonly mixer: Mixer;
  readonly logger: Logger;
  findProducer(connectionId: string, source: Source): Producer | undefined;
  onClosed(closed: MediaMix | MediaTracks): void;
}

interface InMixer {
  /** UDP port on 127.0.0.1. */
  readonly port: number;
  close(): void;
}

export interface MixerPlace<Room> {
  readonly transport: PlainTransport;
  readonly room: Room;
}

interface JoinOptions<Room, Made> extends Pick<MixerParts, 'router' | 'logger'> {
  /** Asks the mixer for it. @param remotePort UDP port on 127.0.0.1 that its media comes from. */
  open(remotePort: number, onEnded: (reason: string) => void): Promise<Room>;
  /** Makes of it what the room uses, which closes both. */
  make(place: MixerPlace<Room>): Promise<Made>;
  /** It ended by itself, and what was made is closed. Not called after that was closed. */
  readonly onEnded: (reason: ConferenceError) => void;
}

const loopback = '127.0.0.1';

/** @throws ConferenceError `mixer-unavailable`, also where it ends meanwhile; `closed` where the router does. */
export async function joinMixer<Room extends InMixer, Made extends { close(): void }>(
  options: JoinOptions<Room, Made>,
): Promise<Made> {
  const { router, logger, open, make, onEnded } = options;
  let transport: PlainTransport | undefined;
  let room: Room | undefined;
  let made: Made | undefined;
  let hasEnded = false;
  try {
    transport = await router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: loopback },
      rtcpMux: true,
      comedia: false,
    });
    room = await open(transport.tuple.localPort, (reason) => {
      logger.warn('the mixer of a room ended', { reason });
      hasEnded = true;
      if (made === undefined || transport?.closed === true) return;
      made.close();
      onEnded(new ConferenceError('mixer-unavailable'));
    });
    await transport.connect({ ip: loopback, port: room.port });
    const ready = await make({ transport, room });
    if (hasEnded) throw new Error('the mixer ended meanwhile');
    made = ready;
    return made;
  } catch (thrown) {
    room?.close();
    transport?.close();
    if (router.closed) throw engineFailure(thrown, true);
    throw new ConferenceError('mixer-unavailable', undefined, { cause: thrown });
  }
}

/** Why a file cannot be written any more. */
export function writingFailure({ isDiskFull }: { readonly isDiskFull: boolean }): ConferenceError {
  return new ConferenceError(isDiskFull ? 'storage-full' : 'storage-failed');
}
