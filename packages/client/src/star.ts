/**
 * One's link to the media server: the server's half of it, which is observed, one's own, which is reported in answer, and the
 * peer connection between them.
 */
import { type DataObjectObserver, type DataObjectReporter, SerialQueue } from '@plenum/hyperty';
import {
  type ConferenceError,
  type ConnectionData,
  randomWord,
  type SessionDescription,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import type { OpenSession } from './client-session.ts';
import type { ConnectionWatch } from './connections/connection-watch.ts';
import type { IceRenewal } from './ice-renewal.ts';
import type { StarLink } from './star-link.ts';

export interface StarEvents {
  /** Another is in a slot, or a track came. */
  onSlotsChanged(): void;
  /** The server chose something else to see, for who leaves it to it. */
  onViewChosen(): void;
  /** The server has ended it. */
  onEnded(): void;
  /** It could not be negotiated, or the server's half is not what it should be. Final. */
  onFailed(error: ConferenceError): void;
}

export interface StarParts {
  readonly session: OpenSession;
  readonly server: DataObjectObserver<ConnectionData>;
  readonly link: StarLink;
  /** Follows the link. */
  readonly connection: ConnectionWatch;
  readonly iceRenewal: Pick<IceRenewal, 'pending'>;
}

type Wanted = NonNullable<ConnectionData['wanted']>;

export class Star {
  readonly link: StarLink;
  readonly connection: ConnectionWatch;
  readonly #session: OpenSession;
  readonly #server: DataObjectObserver<ConnectionData>;
  readonly #iceRenewal: StarParts['iceRenewal'];
  readonly #events: StarEvents;
  readonly #negotiations = new SerialQueue();
  /** One's own half, from the first answer on. */
  #own: DataObjectReporter<ConnectionData> | undefined;
  #wanted: Wanted | undefined;
  #isReleased = false;
  #isCompositeShown = false;
  #answered = 0;
  #isClosed = false;

  constructor({ session, server, link, connection, iceRenewal }: StarParts, events: StarEvents) {
    this.connection = connection;
    this.#iceRenewal = iceRenewal;
    this.#session = session;
    this.#server = server;
    this.link = link;
    this.#events = events;
    server.on('changed', (_data, change) => {
      const attribute = change?.attribute.split('.')[0];
      if (attribute === undefined || attribute === 'slots') this.#events.onSlotsChanged();
      if (attribute === undefined || attribute === 'chosenView') this.#events.onViewChosen();
      this.#followShownLayers();
      this.#negotiate();
    });
    server.on('deleted', () => this.#events.onEnded());
    server.on('failed', (error) => this.#events.onFailed(error));
    this.#followShownLayers();
    this.#negotiate();
  }

  /** What nobody looks at need not be sent. */
  #followShownLayers(): void {
    this.link.setLargestLayer(this.shownLayer);
  }

  /** Who is in which slot, by mid. */
  get slots(): NonNullable<ConnectionData['slots']> {
    return this.#server.data.slots ?? {};
  }

  /** The mid that carries each of one's own. */
  get publishOn(): NonNullable<ConnectionData['publishOn']> {
    return this.#server.data.publishOn ?? {};
  }

  /** Of one's camera's sizes the largest that anybody looks at, 0 the smallest; undefined: of all there are. */
  get shownLayer(): number | undefined {
    return this.#server.data.shownLayers?.camera;
  }

  /** What was decided for a link that does not carry all pictures, while that is so. */
  get allotment(): ConnectionData['allotment'] {
    return this.#server.data.allotment;
  }

  /** What the server chose for who leaves it to it; undefined: as the room was opened. */
  get chosenView(): ConnectionData['chosenView'] {
    return this.#server.data.chosenView;
  }

  /** Resolves when the connection begins to look for its way to the server, or has ended. */
  underWay(): Promise<void> {
    return this.#negotiations.run(() => this.link.connecting);
  }

  /** Answers the server's offer, once for each number. */
  #negotiate(): void {
    const { connectionDescription: offer, publishOn = {} } = this.#server.data;
    if (offer === undefined || offer.negotiation <= this.#answered) return;
    this.#answered = offer.negotiation;
    const mids = new Map(Object.entries(publishOn)) as ReadonlyMap<Source, string>;
    this.#negotiations
      .run(async () => {
        const renewal = this.#iceRenewal.pending;
        if (renewal !== undefined) await renewal;
        const sdp = await this.link.accept(offer.sdp, mids);
        this.#answer({ type: 'answer', sdp, negotiation: offer.negotiation });
        this.#events.onSlotsChanged();
      })
      .catch((thrown) => this.#fail(thrown));
  }

  #fail(thrown: unknown): void {
    if (!this.#isClosed) this.#events.onFailed(toConferenceError(thrown, 'media-failed'));
  }

  #answer(description: SessionDescription): void {
    if (this.#isClosed) return;
    if (this.#own !== undefined) return this.#own.set('connectionDescription', description);
    const { runtime, hypertyUrl, conferenceUrl } = this.#session;
    const { name } = this.#server.data;
    const { reporter } = runtime.syncher.create<ConnectionData>({
      url: `connection://${runtime.domain}/${runtime.sessionId}/${randomWord(8)}`,
      reporter: hypertyUrl,
      schema: 'Connection',
      name,
      data: {
        scheme: 'connection',
        name,
        owner: hypertyUrl,
        peer: conferenceUrl,
        inReplyTo: this.#server.url,
        status: 'new',
        iceCandidates: [],
        connectionDescription: description,
        ...(this.#wanted === undefined ? {} : { wanted: this.#wanted }),
        ...(this.#isReleased ? { isReleased: true } : {}),
        ...(this.#isCompositeShown ? { isCompositeShown: true } : {}),
      },
    });
    this.#own = reporter;
    reporter.inviteObserver(conferenceUrl).catch((thrown) => this.#fail(thrown));
  }

  /** How tall others are on the screen. */
  want(wanted: Wanted): void {
    if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
    this.#wanted = wanted;
    this.#own?.set('wanted', wanted);
  }

  /** Whether what comes this way is needed no more. The server ends it when nobody needs theirs. */
  setReleased(isReleased: boolean): void {
    if (this.#isReleased === isReleased) return;
    this.#isReleased = isReleased;
    this.#own?.set('isReleased', isReleased);
  }

  /** Whether the composite is shown, and nobody's own is needed. */
  setCompositeShown(isShown: boolean): void {
    if (this.#isCompositeShown === isShown) return;
    this.#isCompositeShown = isShown;
    this.#own?.set('isCompositeShown', isShown);
  }

  /** Asks the server for an offer with new ICE credentials: the way through the network has changed. */
  askForIceRestart(): void {
    this.#own?.set('iceRestart', (this.#own.data.iceRestart ?? 0) + 1);
  }

  /** The server knows whom it tells, and stops telling who has left. The data stays. */
  release(): void {
    this.#isClosed = true;
    this.#server.release();
  }

  /** Says nothing to the server, which notices. May be called more than once. */
  close(): void {
    this.release();
    this.#own?.close();
    this.link.close();
  }
}
