/** The link of a viewer from outside: a connection on an edge router, with one slot of each kind. */
import type { Kind } from '@plenum/protocol';
import type { Producer, Router, WebRtcTransport } from 'mediasoup/types';
import type { Logger } from '../logger.ts';
import type { MixCodec, Publisher, ViewerConnection, ViewerContent } from '../media-server.ts';
import { formatAnswer } from '../sdp/accepted-answer.ts';
import { mixCodecsOf, type ViewerOffer } from '../sdp/viewer-offer.ts';
import type { ConnectionParts, MediasoupConnection } from './connection.ts';
import type { EdgeRouter } from './edge-router.ts';

export interface ViewerParts {
  readonly offer: ViewerOffer;
  /** Taken for this viewer; released with it, or where it does not come about. */
  readonly edge: EdgeRouter;
  readonly logger: Logger;
  createTransport(router: Router): Promise<WebRtcTransport>;
  connect(parts: ViewerConnectionParts): MediasoupConnection;
  /** Where what a mix of the room publishes is found. */
  findMixed(publisherId: string): Producer | undefined;
}

type ViewerConnectionParts = Pick<
  ConnectionParts,
  'transport' | 'plan' | 'extendPlan' | 'describe' | 'onEstimate' | 'openData' | 'findProducer' | 'writtenMid'
>;

/** @throws ConferenceError `invalid-answer` for what the engine refuses of the offer; and what mediasoup throws. */
export async function openViewer(parts: ViewerParts): Promise<ViewerConnection> {
  const { offer, edge, createTransport, connect } = parts;
  const transport = await createTransport(edge.router).catch((thrown: unknown) => {
    edge.release();
    throw thrown;
  });
  transport.observer.once('close', () => edge.release());
  const connection = connect({
    transport,
    plan: offer.plan,
    extendPlan: (before) => before,
    describe: (_plan, own, origin) => formatAnswer(offer, own, origin),
    // Nothing is told of it by who does not negotiate the header extensions for it, and there is nothing smaller to be shown.
    onEstimate: undefined,
    openData: undefined,
    writtenMid,
    findProducer: (publisherId) => edge.find(publisherId),
  });
  try {
    await connection.accept(offer.answer);
    return new MediasoupViewer(connection, { ...parts, transport });
  } catch (thrown) {
    connection.close();
    throw thrown;
  }
}

/**
 * Nobody reads it as the mid. Under that number it may be a volume or which side is up, each of one byte: then this says quite loud, and
 * upright.
 */
const writtenMid = '0';

/** Everything there is, and nobody is served before a viewer's one picture. */
const wish = { maxLayer: 0, priority: 1 };
/** Milliseconds: the earliest that a receiver has usually made room for a stream that it did not know of, and the latest. */
const askAgainAfterMs = [300, 1_000];
const sources = { audio: 'microphone', video: 'camera' } as const;

interface TransportPart {
  readonly transport: WebRtcTransport;
}

class MediasoupViewer implements ViewerConnection {
  readonly codecs: ReadonlySet<MixCodec>;
  readonly #connection: MediasoupConnection;
  readonly #parts: ViewerParts & TransportPart;
  readonly #wanted = new Map<Kind, string | undefined>();
  /** What was shown last, as the room's router knows it. */
  #pictureId: string | undefined;
  #askingAgain: readonly ReturnType<typeof setTimeout>[] = [];

  constructor(connection: MediasoupConnection, parts: ViewerParts & TransportPart) {
    this.#connection = connection;
    this.#parts = parts;
    parts.transport.on('dtlsstatechange', () => this.#askForKeyFrame());
    parts.transport.on('iceselectedtuplechange', () => this.#askForKeyFrame());
    parts.transport.observer.once('close', () => this.#stopAsking());
    this.codecs = mixCodecsOf(parts.offer);
  }

  get id(): string {
    return this.#connection.id;
  }

  get localAnswer(): string {
    return this.#connection.localAnswer;
  }

  /** More than once: the first may come before the receiver is ready for it, and what that asks for is not passed on. */
  #askForKeyFrame(): void {
    const { edge, transport } = this.#parts;
    // What comes before is not sent on, and who asks again soon waits.
    if (transport.dtlsState !== 'connected' || this.#pictureId === undefined) return;
    const ask = () => edge.requestKeyFrame(this.#pictureId ?? '');
    ask();
    this.#stopAsking();
    this.#askingAgain = askAgainAfterMs.map((ms) => setTimeout(ask, ms));
  }

  #stopAsking(): void {
    for (const timer of this.#askingAgain) clearTimeout(timer);
  }

  async show({ picture, sound }: ViewerContent): Promise<void> {
    await Promise.all([this.#fill('audio', sound), this.#fill('video', picture)]);
  }

  async #fill(kind: Kind, publisher: Publisher | undefined): Promise<void> {
    const { edge, findMixed } = this.#parts;
    const slot = this.#connection.slots.find((each) => each.kind === kind);
    if (slot === undefined) return;
    const { mid } = slot;
    this.#wanted.set(kind, publisher?.id);
    const producer = publisher && findMixed(publisher.id);
    if (publisher === undefined || producer === undefined) return this.#connection.emptySlot(mid);
    const isStill = () => this.#wanted.get(kind) === publisher.id;
    try {
      await edge.bring(producer);
      const content = { connection: publisher, source: sources[kind], ...wish };
      if (!isStill()) return;
      await this.#connection.fillSlot(mid, content);
      if (kind === 'audio') return;
      this.#pictureId = producer.id;
      this.#askForKeyFrame();
    } catch (thrown) {
      // It has gone by now, or is in a codec that was not offered.
      this.#parts.logger.debug('a viewer cannot be shown something', { kind, reason: String(thrown) });
      if (isStill()) this.#connection.emptySlot(mid);
    }
  }

  restartIce(): Promise<string> {
    return this.#connection.restartIce();
  }

  close(): void {
    this.#connection.close();
  }
}
