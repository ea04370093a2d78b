/** Single sources that are written down by the mixer's process: one plain transport to it carries them, told apart by SSRC. */
import { ConferenceError, type Source } from '@plenum/protocol';
import type { Consumer, PlainTransport, Producer, Router, RtpCapabilities } from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type {
  MediaTracks,
  MixRecording,
  MixSource,
  TrackRecordingOptions,
  TracksOptions,
} from '../media-server.ts';
import type { Mixer, MixerTracks } from '../mixer.ts';
import { engineFailure } from './failure.ts';
import { codecNamed, mixedCapabilities, ssrcOf } from './mix.ts';

export interface TracksParts {
  readonly router: Router;
  readonly mixer: Mixer;
  readonly logger: Logger;
  readonly options: TracksOptions;
  findProducer(connectionId: string, source: Source): Producer | undefined;
  onClosed(tracks: MediasoupTracks): void;
}

interface Track {
  readonly consumer: Consumer;
  readonly writing: MixRecording;
}

const loopback = '127.0.0.1';
/** Whatever is sent: of layers that do not come the next lower one is. */
const largestLayer = 2;

export class MediasoupTracks implements MediaTracks {
  readonly #parts: TracksParts;
  readonly #transport: PlainTransport;
  readonly #room: MixerTracks;
  readonly #capabilities: RtpCapabilities;
  #isClosed = false;

  private constructor(parts: TracksParts, transport: PlainTransport, room: MixerTracks) {
    this.#parts = parts;
    this.#transport = transport;
    this.#room = room;
    this.#capabilities = mixedCapabilities(parts.router.rtpCapabilities);
  }

  /** @throws ConferenceError `mixer-unavailable` */
  static async open(parts: TracksParts): Promise<MediasoupTracks> {
    const { router, mixer, options, logger } = parts;
    let transport: PlainTransport | undefined;
    let room: MixerTracks | undefined;
    let tracks: MediasoupTracks | undefined;
    let hasEnded = false;
    try {
      transport = await router.createPlainTransport({
        listenInfo: { protocol: 'udp', ip: loopback },
        rtcpMux: true,
        comedia: false,
      });
      room = await mixer.openTracks({
        people: options.people,
        remotePort: transport.tuple.localPort,
        onEnded: (reason) => {
          logger.warn('what writes down the sources of a room ended', { reason });
          hasEnded = true;
          if (tracks === undefined || tracks.#isClosed) return;
          tracks.close();
          options.onEnded(new ConferenceError('mixer-unavailable'));
        },
      });
      await transport.connect({ ip: loopback, port: room.port });
      if (hasEnded) throw new Error('the mixer ended meanwhile');
      tracks = new MediasoupTracks(parts, transport, room);
      return tracks;
    } catch (thrown) {
      room?.close();
      transport?.close();
      if (router.closed) throw engineFailure(thrown, true);
      throw new ConferenceError('mixer-unavailable', undefined, { cause: thrown });
    }
  }

  record(source: MixSource, options: TrackRecordingOptions): MixRecording {
    const begun = this.#begin(source, options);
    return {
      stop: async () => {
        const track = await begun;
        await track?.writing.stop();
        track?.consumer.close();
      },
    };
  }

  /** Undefined for a source that went meanwhile, or comes in a codec that is not written. */
  async #begin(
    { connection, source }: MixSource,
    { path, onBegan, onFailed }: TrackRecordingOptions,
  ): Promise<Track | undefined> {
    const { logger, findProducer } = this.#parts;
    const producer = findProducer(connection.id, source);
    if (producer === undefined || this.#isClosed) return undefined;
    try {
      const consumer = await this.#transport.consume({
        producerId: producer.id,
        rtpCapabilities: this.#capabilities,
        preferredLayers: { spatialLayer: largestLayer },
        paused: true,
      });
      const writing = this.#room.record({
        path,
        ssrc: ssrcOf(consumer),
        codec: codecNamed(consumer.rtpParameters.codecs[0]?.mimeType ?? '') ?? 'opus',
        onBegan,
        onFailed: ({ reason, isDiskFull }) => {
          logger.warn('a source cannot be written', { reason });
          onFailed(new ConferenceError(isDiskFull ? 'storage-full' : 'storage-failed'));
        },
      });
      // Only now is there somebody who takes the first picture.
      await consumer.resume();
      return { consumer, writing };
    } catch (thrown) {
      logger.debug('a source cannot be written', { source, reason: String(thrown) });
      return undefined;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#room.close();
    this.#transport.close();
    this.#parts.onClosed(this);
  }
}
