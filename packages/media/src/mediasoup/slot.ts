/**
 * One slot and the consumer in it. What is wanted of it is set at once, and one loop at a time brings the engine there:
 * operations never overlap, and of several that pend only the last is carried out.
 */
import type { Kind } from '@plenum/protocol';
import type { ConsumerLayers, Consumer as EngineConsumer, Producer, RtpCapabilities } from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type { MediaSlot, SlotWish } from '../media-server.ts';
import { transportFeedbackExtension } from '../sdp/media-profile.ts';

/** What a slot needs of a consumer. */
export interface Consumer
  extends Pick<
    EngineConsumer,
    | 'kind'
    | 'closed'
    | 'priority'
    | 'close'
    | 'setPriority'
    | 'setPreferredLayers'
    | 'pause'
    | 'resume'
    | 'requestKeyFrame'
  > {
  once(event: 'producerclose', listener: () => void): unknown;
}

/** What a slot needs of a producer. */
export type Producible = Pick<Producer, 'id' | 'closed'>;

/** Makes a consumer on the slot's transport; rejects where the producer or the transport is gone. */
export type Consume = (options: {
  readonly producerId: string;
  readonly mid: string;
  readonly rtpCapabilities: RtpCapabilities;
  readonly maxLayer: number;
}) => Promise<Consumer>;

interface Content {
  readonly producer: Producible;
  wish: SlotWish;
}

export class ConsumerSlot {
  readonly mid: string;
  readonly kind: Kind;
  readonly #consume: Consume;
  readonly #logger: Logger;
  #capabilities: RtpCapabilities | undefined;
  #wanted: Content | undefined;
  #shown: { readonly content: Content; readonly consumer: Consumer } | undefined;
  #work: Promise<void> | undefined;

  constructor(slot: MediaSlot, capabilities: RtpCapabilities, consume: Consume, logger: Logger) {
    this.mid = slot.mid;
    this.kind = slot.kind;
    this.#capabilities = capabilities;
    this.#consume = consume;
    this.#logger = logger;
  }

  /** Whether something is in it that is left out for now. */
  get isPaused(): boolean {
    return this.#wanted?.wish.isPaused === true;
  }

  /** Resolves to whether this source is in the slot once no call pends: false where another came in between. */
  async fill(producer: Producible, wish: SlotWish): Promise<boolean> {
    if (this.#wanted?.producer === producer) await this.adjust(wish);
    else this.#wanted = { producer, wish };
    await this.#settle();
    return this.#shown?.content.producer === producer;
  }

  async adjust(wish: SlotWish): Promise<void> {
    const { priority, isPaused = false } = wish;
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    const before = wanted.wish;
    wanted.wish = wish;
    const consumer = this.#shown?.content === wanted ? this.#shown.consumer : undefined;
    // A consumer that is still being made is brought to the wish of that moment.
    if (consumer === undefined || consumer.kind === 'audio') return;
    const changes: Promise<void>[] = [];
    if (!isSameSize(wish, before)) changes.push(consumer.setPreferredLayers(layersFor(wish)));
    if (priority !== before.priority) changes.push(consumer.setPriority(priority));
    if (isPaused !== (before.isPaused ?? false))
      changes.push(isPaused ? consumer.pause() : consumer.resume());
    await this.#ignoringClosed(changes);
  }

  /** Whoever sees it has missed something: a whole picture is sent soon. */
  refresh(): void {
    const consumer = this.#shown?.consumer;
    if (consumer?.kind === 'video') void this.#ignoringClosed([consumer.requestKeyFrame()]);
  }

  empty(): void {
    this.#wanted = undefined;
    // Closing needs no answer, so the slot is free before the caller goes on.
    this.#closeShown();
  }

  /** Applies what the answer says of this slot; undefined where it was refused and can show nothing. */
  async negotiate(capabilities: RtpCapabilities | undefined): Promise<void> {
    const isSame = capabilities !== undefined && sizeOf(capabilities) === sizeOf(this.#capabilities);
    if (isSame) return;
    this.#capabilities = capabilities;
    this.#closeShown();
    await this.#settle();
  }

  /** The transport is gone, and every consumer with it. */
  close(): void {
    this.#capabilities = undefined;
    this.empty();
  }

  async #settle(): Promise<void> {
    do {
      this.#work ??= this.#bringAbout().finally(() => {
        this.#work = undefined;
      });
      await this.#work;
      // Something else may be wanted since the loop ended, a moment before that was known here.
    } while (this.#shown?.content !== this.#wanted);
  }

  async #bringAbout(): Promise<void> {
    while (this.#shown?.content !== this.#wanted) {
      this.#closeShown();
      const wanted = this.#wanted;
      const capabilities = this.#capabilities;
      if (wanted === undefined) return;
      const consumer = await this.#tryConsume(wanted, capabilities);
      if (this.#wanted !== wanted || this.#capabilities !== capabilities) {
        consumer?.close();
      } else if (consumer === undefined || consumer.closed) {
        this.#wanted = undefined;
      } else {
        this.#show(wanted, consumer);
      }
    }
  }

  async #tryConsume(
    content: Content,
    rtpCapabilities: RtpCapabilities | undefined,
  ): Promise<Consumer | undefined> {
    const { producer, wish } = content;
    if (rtpCapabilities === undefined || producer.closed) return undefined;
    try {
      const { mid } = this;
      const { maxLayer } = wish;
      const consumer = await this.#consume({ producerId: producer.id, mid, rtpCapabilities, maxLayer });
      if (consumer.kind === 'video') this.#bringToWish(consumer, maxLayer, content.wish);
      return consumer;
    } catch (thrown) {
      // The producer or the transport went meanwhile, or there is no common codec: in each case it cannot be had.
      this.#logger.debug('slot could not be filled', { mid: this.mid, reason: String(thrown) });
      return undefined;
    }
  }

  /** Not waited for: the worker works in the order of the calls. */
  #bringToWish(consumer: Consumer, madeWith: number, wish: SlotWish): void {
    const { priority, isPaused } = wish;
    const changes: Promise<void>[] = [];
    if (priority !== consumer.priority) changes.push(consumer.setPriority(priority));
    if (!isSameSize(wish, { maxLayer: madeWith })) changes.push(consumer.setPreferredLayers(layersFor(wish)));
    if (isPaused === true) changes.push(consumer.pause());
    void this.#ignoringClosed(changes);
  }

  #show(content: Content, consumer: Consumer): void {
    this.#shown = { content, consumer };
    consumer.once('producerclose', () => {
      if (this.#shown?.consumer !== consumer) return;
      this.#shown = undefined;
      if (this.#wanted === content) this.#wanted = undefined;
    });
  }

  #closeShown(): void {
    const shown = this.#shown;
    this.#shown = undefined;
    shown?.consumer.close();
  }

  async #ignoringClosed(changes: readonly Promise<void>[]): Promise<void> {
    for (const result of await Promise.allSettled(changes)) {
      // What was to be adjusted ended meanwhile: nothing is left to adjust.
      if (result.status === 'rejected') {
        this.#logger.debug('slot could not be adjusted', { mid: this.mid, reason: String(result.reason) });
      }
    }
  }
}

/** Of three frame rates, each of which doubles the one below. */
const halfOfThree = 1;

type Size = Pick<SlotWish, 'maxLayer' | 'hasHalfFrames'>;

function layersFor({ maxLayer, hasHalfFrames = false }: Size): ConsumerLayers {
  return { spatialLayer: maxLayer, ...(hasHalfFrames ? { temporalLayer: halfOfThree } : {}) };
}

function isSameSize(a: Size, b: Size): boolean {
  return a.maxLayer === b.maxLayer && (a.hasHalfFrames ?? false) === (b.hasHalfFrames ?? false);
}

/**
 * An answer only ever takes away from the offer, so equal sizes are equal contents. Of the header extensions only the
 * one counts by which bandwidth is estimated: browsers skip those that they did not accept (RFC 8285 section 4.1).
 */
function sizeOf(capabilities: RtpCapabilities | undefined): number {
  const { codecs = [], headerExtensions = [] } = capabilities ?? {};
  const feedback = codecs.reduce((sum, codec) => sum + (codec.rtcpFeedback?.length ?? 0), 0);
  const estimated = headerExtensions.filter((extension) => extension.uri === transportFeedbackExtension);
  return codecs.length + feedback + estimated.length;
}
