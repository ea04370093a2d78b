/** Single sources that are written down by the mixer's process: one plain transport to it carries them, told apart by SSRC. */
import type { Consumer, PlainTransport, RtpCapabilities } from 'mediasoup/types';
import type {
  MediaTracks,
  MixRecording,
  MixSource,
  TrackRecordingOptions,
  TracksOptions,
} from '../media-server.ts';
import type { MixerTracks } from '../mixer.ts';
import { joinMixer, type MixerParts, type MixerPlace, writingFailure } from './join-mixer.ts';
import { codecNamed, mixedCapabilities, ssrcOf } from './mix.ts';

interface TracksParts extends MixerParts {
  readonly options: TracksOptions;
}

interface Track {
  readonly consumer: Consumer;
  readonly writing: MixRecording;
}

/** Whatever is sent: of layers that do not come the next lower one is. */
const largestLayer = 2;

export class MediasoupTracks implements MediaTracks {
  readonly #parts: TracksParts;
  readonly #transport: PlainTransport;
  readonly #room: MixerTracks;
  readonly #capabilities: RtpCapabilities;
  #isClosed = false;

  private constructor(parts: TracksParts, { transport, room }: MixerPlace<MixerTracks>) {
    this.#parts = parts;
    this.#transport = transport;
    this.#room = room;
    this.#capabilities = mixedCapabilities(parts.router.rtpCapabilities);
  }

  /** @throws ConferenceError as `joinMixer`. */
  static open(parts: TracksParts): Promise<MediasoupTracks> {
    const { mixer, options } = parts;
    return joinMixer({
      ...parts,
      open: (remotePort, onEnded) => mixer.openTracks({ people: options.people, remotePort, onEnded }),
      make: async (place) => new MediasoupTracks(parts, place),
      onEnded: options.onEnded,
    });
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
        onFailed: (failure) => {
          logger.warn('a source cannot be written', { reason: failure.reason });
          onFailed(writingFailure(failure));
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
