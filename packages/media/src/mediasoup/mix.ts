/**
 * A mix over the mixer's process: one plain transport to it carries what it mixes and what it makes of it, told apart by SSRC.
 * What is wanted is set at once, and one loop at a time brings the engine there.
 */
import { ConferenceError } from '@plenum/protocol';
import type {
  Consumer,
  PlainTransport,
  Producer,
  RtpCapabilities,
  RtpCodecParameters,
} from 'mediasoup/types';
import type {
  MediaMix,
  MixBroadcast,
  MixBroadcastOptions,
  MixCodec,
  MixContent,
  MixEntry,
  MixOptions,
  MixRecording,
  MixRecordingOptions,
  MixSource,
  Publisher,
} from '../media-server.ts';
import { mixPicture, smallMixPicture } from '../mix-picture.ts';
import type { MixedStream, MixerInput, MixerRoom } from '../mixer.ts';
import { routerCodecs } from '../sdp/media-profile.ts';
import { engineFailure } from './failure.ts';
import { joinMixer, type MixerParts, type MixerPlace, writingFailure } from './join-mixer.ts';

export interface MixParts extends MixerParts {
  readonly options: MixOptions;
  /** Something new can be put into slots. */
  onPublisher(publisher: Publisher, producer: Producer): void;
}

interface Input {
  readonly consumer: Consumer;
  readonly producerId: string;
}

interface MixedSound {
  readonly stream: MixedStream;
  readonly publisher: Promise<Publisher>;
  producer?: Producer;
  isReleased: boolean;
}

const pictureSsrc = 1_000;
const smallSsrc = 1_001;
/** To the mixer; no entry is called so. */
const outsideId = '*';
const payloadTypes = { opus: 111, vp8: 96, h264: 102 };
// As for everybody else: several who come at once ask once.
const keyFrameIntervalMs = 320;

export class MediasoupMix implements MediaMix {
  readonly picture: Publisher;
  readonly smallPicture: Publisher;
  readonly #parts: MixParts;
  readonly #transport: PlainTransport;
  readonly #room: MixerRoom;
  readonly #capabilities: RtpCapabilities;
  /** By entry and kind. */
  readonly #inputs = new Map<string, Input>();
  /** By entry; undefined is who is none. */
  readonly #sounds = new Map<string | undefined, MixedSound>();
  /** What the mixer was told last, by entry. */
  readonly #told = new Map<string, string>();
  #content: MixContent = { layout: 'grid', entries: [] };
  #arranged = '';
  #lastSsrc = smallSsrc;
  #isOutdated = false;
  #isWorking = false;
  #isClosed = false;

  private constructor(
    parts: MixParts,
    { transport, room }: MixerPlace<MixerRoom>,
    { picture, small }: { readonly picture: Producer; readonly small: Producer },
  ) {
    this.#parts = parts;
    this.#transport = transport;
    this.#room = room;
    this.picture = { id: picture.id };
    this.smallPicture = { id: small.id };
    this.#capabilities = mixedCapabilities(parts.router.rtpCapabilities);
  }

  /** @throws ConferenceError as `joinMixer`. */
  static open(parts: MixParts): Promise<MediasoupMix> {
    const { mixer, options } = parts;
    const { codec, people, isUnasked, replaces } = options;
    const payloadType = payloadTypes[codec];
    return joinMixer({
      ...parts,
      open: (remotePort, onEnded) =>
        mixer.openRoom({
          encoding: { ...mixPicture, codec },
          picture: { ssrc: pictureSsrc, payloadType },
          small: {
            encoding: { ...smallMixPicture, codec },
            picture: { ssrc: smallSsrc, payloadType },
          },
          people,
          isUnasked,
          replaces: replaces instanceof MediasoupMix ? replaces.#room : undefined,
          remotePort,
          onEnded,
        }),
      make: (place) => MediasoupMix.#make(parts, place),
      onEnded: options.onEnded,
    });
  }

  static async #make(parts: MixParts, place: MixerPlace<MixerRoom>): Promise<MediasoupMix> {
    const { codec } = parts.options;
    const [picture, small] = await Promise.all([
      producePicture(place.transport, codec, pictureSsrc),
      producePicture(place.transport, codec, smallSsrc),
    ]);
    const mix = new MediasoupMix(parts, place, { picture, small });
    parts.onPublisher(mix.picture, picture);
    parts.onPublisher(mix.smallPicture, small);
    return mix;
  }

  async soundFor(entryId: string | undefined): Promise<Publisher> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const known = this.#sounds.get(entryId);
    if (known !== undefined) return known.publisher;
    this.#lastSsrc += 1;
    const stream = { ssrc: this.#lastSsrc, payloadType: payloadTypes.opus };
    const publisher: Promise<Publisher> = this.#produceSound(stream, () => sound);
    const sound: MixedSound = { stream, publisher, isReleased: false };
    this.#sounds.set(entryId, sound);
    this.#bringAbout();
    // Whoever asks again gets another.
    publisher.catch(() => this.#sounds.delete(entryId));
    return publisher;
  }

  releaseSound(entryId: string | undefined): void {
    const sound = this.#sounds.get(entryId);
    if (sound === undefined) return;
    this.#sounds.delete(entryId);
    sound.isReleased = true;
    sound.producer?.close();
    this.#bringAbout();
  }

  async #produceSound({ ssrc, payloadType }: MixedStream, sound: () => MixedSound): Promise<Publisher> {
    try {
      const producer = await this.#transport.produce({
        kind: 'audio',
        rtpParameters: {
          codecs: [{ mimeType: 'audio/opus', payloadType, clockRate: 48_000, channels: 2 }],
          encodings: [{ ssrc }],
        },
      });
      const publisher = { id: producer.id };
      this.#parts.onPublisher(publisher, producer);
      sound().producer = producer;
      if (sound().isReleased) producer.close();
      return publisher;
    } catch (thrown) {
      throw engineFailure(thrown, this.#transport.closed);
    }
  }

  showSmall(isWanted: boolean): void {
    this.#room.showSmall(isWanted);
  }

  arrange(content: MixContent): void {
    this.#content = content;
    this.#bringAbout();
  }

  record({ path, keyFrameEveryMs, onBegan, onFailed }: MixRecordingOptions): MixRecording {
    return this.#room.record({
      path,
      keyFrameEveryMs,
      onBegan,
      onFailed: (failure) => {
        this.#parts.logger.warn('a recording cannot be written', { reason: failure.reason });
        onFailed(writingFailure(failure));
      },
    });
  }

  broadcast({ onEvent, onFailed }: MixBroadcastOptions): MixBroadcast {
    return this.#room.broadcast({
      onEvent,
      onFailed: (reason) => {
        this.#parts.logger.warn('a broadcast cannot go on', { reason });
        onFailed(new ConferenceError('broadcast-failed'));
      },
    });
  }

  #bringAbout(): void {
    this.#isOutdated = true;
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#isOutdated && !this.#isClosed) {
      this.#isOutdated = false;
      await this.#apply(this.#content);
    }
    this.#isWorking = false;
  }

  async #apply({ layout, entries }: MixContent): Promise<void> {
    const outside = this.#outsideInputs();
    const wanted = new Set([...entries, ...outside].map(({ id }) => id));
    for (const id of this.#told.keys()) if (!wanted.has(id)) this.#drop(id);
    const inputs = [...(await Promise.all(entries.map((entry) => this.#inputOf(entry)))), ...outside];
    if (this.#isClosed) return;
    for (const input of inputs) {
      const told = JSON.stringify(input);
      if (this.#told.get(input.id) === told) continue;
      this.#told.set(input.id, told);
      this.#room.add(input);
    }
    const arrangement = { kind: layout, order: entries.map(({ id }) => id) };
    // Each time all places are drawn anew.
    if (JSON.stringify(arrangement) === this.#arranged) return;
    this.#arranged = JSON.stringify(arrangement);
    this.#room.arrange(arrangement);
  }

  /** Hears and is neither heard nor seen: it has no place in the order. */
  #outsideInputs(): readonly MixerInput[] {
    const hears = this.#sounds.get(undefined)?.stream;
    if (hears === undefined) return [];
    return [{ id: outsideId, ownerId: outsideId, name: '', voice: undefined, picture: undefined, hears }];
  }

  #drop(id: string): void {
    this.#told.delete(id);
    this.#room.remove(id);
    this.#stop(`${id}/sound`);
    this.#stop(`${id}/picture`);
  }

  #stop(key: string): void {
    const input = this.#inputs.get(key);
    this.#inputs.delete(key);
    input?.consumer.close();
  }

  async #inputOf({ id, ownerId = id, name, marks, sound, picture }: MixEntry): Promise<MixerInput> {
    const [voice, shown] = await Promise.all([
      this.#consume(`${id}/sound`, sound, 0),
      this.#consume(`${id}/picture`, picture, picture?.maxLayer ?? 0),
    ]);
    const codec = shown && codecOf(shown);
    return {
      id,
      ownerId,
      name,
      marks,
      voice: voice && { ssrc: ssrcOf(voice) },
      picture: shown && codec && { ssrc: ssrcOf(shown), codec },
      hears: this.#sounds.get(id)?.stream,
    };
  }

  /** What comes of a source, or undefined where it cannot be had. */
  async #consume(
    key: string,
    source: MixSource | undefined,
    maxLayer: number,
  ): Promise<Consumer | undefined> {
    const producer = source && this.#parts.findProducer(source.connection.id, source.source);
    const known = this.#inputs.get(key);
    if (known !== undefined && known.producerId === producer?.id && !known.consumer.closed) {
      this.#prefer(known.consumer, maxLayer);
      return known.consumer;
    }
    this.#stop(key);
    if (producer === undefined) return undefined;
    try {
      const consumer = await this.#transport.consume({
        producerId: producer.id,
        rtpCapabilities: this.#capabilities,
        preferredLayers: { spatialLayer: maxLayer },
      });
      this.#inputs.set(key, { consumer, producerId: producer.id });
      consumer.once('producerclose', () => this.#bringAbout());
      return consumer;
    } catch (thrown) {
      // The source went meanwhile, or comes in a codec that the mixer does not decode.
      this.#parts.logger.debug('a source cannot be mixed', { key, reason: String(thrown) });
      return undefined;
    }
  }

  #prefer(consumer: Consumer, spatialLayer: number): void {
    if (consumer.type !== 'simulcast' || consumer.preferredLayers?.spatialLayer === spatialLayer) return;
    // Refused where it has gone.
    consumer.setPreferredLayers({ spatialLayer }).catch(() => undefined);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#room.close();
    this.#transport.close();
    this.#parts.onClosed(this);
  }
}

function producePicture(transport: PlainTransport, codec: MixCodec, ssrc: number): Promise<Producer> {
  return transport.produce({
    kind: 'video',
    rtpParameters: { codecs: [pictureCodec(codec)], encodings: [{ ssrc }] },
    keyFrameRequestDelay: keyFrameIntervalMs,
  });
}

function pictureCodec(codec: MixCodec): RtpCodecParameters {
  const known = routerCodecs.find(({ mimeType }) => codecNamed(mimeType) === codec);
  return {
    mimeType: known?.mimeType ?? 'video/VP8',
    payloadType: payloadTypes[codec],
    clockRate: 90_000,
    parameters: known?.parameters ?? {},
    rtcpFeedback: [{ type: 'nack', parameter: 'pli' }],
  };
}

/** Plain packets, sent once: between two processes of one machine nothing is lost, and nothing is estimated. */
export function mixedCapabilities({ codecs = [] }: RtpCapabilities): RtpCapabilities {
  const isMixed = (mimeType: string) => mimeType.toLowerCase() === 'audio/opus' || codecNamed(mimeType);
  return {
    codecs: codecs
      .filter(({ mimeType }) => isMixed(mimeType))
      .map((codec) => ({
        ...codec,
        rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ parameter }) => parameter === 'pli'),
      })),
    headerExtensions: [],
  };
}

export function codecNamed(mimeType: string): MixCodec | undefined {
  const name = mimeType.toLowerCase();
  if (name === 'video/vp8') return 'vp8';
  return name === 'video/h264' ? 'h264' : undefined;
}

function codecOf({ rtpParameters }: Consumer): MixCodec | undefined {
  const [codec] = rtpParameters.codecs;
  return codec && codecNamed(codec.mimeType);
}

export function ssrcOf({ rtpParameters }: Consumer): number {
  return rtpParameters.encodings?.[0]?.ssrc ?? 0;
}
