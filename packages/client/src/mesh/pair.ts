/**
 * One's link to one other participant: the own Connection, which is reported, the other's, which is observed, and the peer
 * connection between them. Who begins brings the other its Connection, and is brought the other's in reply.
 */
import type { Clock, DataObjectObserver, DataObjectReporter } from '@plenum/hyperty';
import {
  type ConferenceError,
  type ConnectionData,
  type ConnectionSnapshot,
  type DataObjectUrl,
  type HypertyUrl,
  type ParticipantId,
  type RoomId,
  randomWord,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import type { OpenSession } from '../client-session.ts';
import { ConnectionWatch } from '../connections/connection-watch.ts';
import { parseConnection } from '../parse-objects.ts';
import { Recovery, type RecoveryState } from '../recovery.ts';
import type { CreatePairLink, PairHalf, PairLink, PairLinkOptions } from './pair-link.ts';
import { PairSending } from './pair-sending.ts';

export interface PairPeer {
  readonly id: ParticipantId;
  readonly hypertyUrl: HypertyUrl;
}

export interface PairContext {
  readonly session: OpenSession;
  readonly roomId: RoomId;
  readonly localId: ParticipantId;
  readonly clock: Clock;
  readonly createPairLink: CreatePairLink;
  readonly link: Pick<PairLinkOptions, 'iceServers' | 'audioPacketTime'>;
}

export interface PairEvents {
  /** What arrives, or how the link is. */
  onChanged(): void;
  /** It has taken longer than a way that there is takes to be found. */
  onSlow(): void;
  /** It has ended, and was not closed here: the other has given it up, or it could not be made or mended. Final. */
  onEnded(error: ConferenceError | undefined): void;
}

/** Candidates that are found within so many milliseconds go out together. */
const gatherMs = 20;
/** What can be found is found in two or three seconds, also through a TURN server. */
const slowAfterMs = 5_000;

export class Pair {
  readonly peer: PairPeer;
  readonly link: PairLink;
  readonly connection: ConnectionWatch;
  /** What of one's own goes to the other. */
  readonly sending: PairSending;
  readonly #context: PairContext;
  readonly #events: PairEvents;
  readonly #recovery: Recovery;
  /** The other's Connection that began it; undefined where one begins oneself. */
  readonly #inReplyTo: DataObjectUrl | undefined;
  #own: DataObjectReporter<ConnectionData> | undefined;
  #theirs: DataObjectObserver<ConnectionData> | undefined;
  #half: PairHalf | undefined;
  #stopGathering: (() => void) | undefined;
  #shown: number | undefined;
  readonly #stopWaiting: () => void;
  #wasConnected = false;
  #isReleased = false;
  #state: RecoveryState = 'connecting';
  #isClosed = false;

  private constructor(
    peer: PairPeer,
    inReplyTo: DataObjectUrl | undefined,
    context: PairContext,
    events: PairEvents,
  ) {
    this.peer = peer;
    this.#inReplyTo = inReplyTo;
    this.#context = context;
    this.#events = events;
    const { session, clock, createPairLink } = context;
    this.connection = new ConnectionWatch({ peer: peer.id, clock, getStats: () => this.link.getStats() });
    this.#recovery = new Recovery(clock, {
      isSessionOpen: () => session.runtime.state === 'open',
      checkSession: () => session.runtime.checkLink(),
      receivedBytes: () => this.link.receivedBytes(),
      restartIce: () => this.link.restartIce(),
      makeNewLink: () => this.#end(undefined),
      giveUp: () => void this.#giveUp(),
      onState: (state) => this.#handleState(state),
    });
    this.link = createPairLink({
      ...context.link,
      isPolite: inReplyTo !== undefined,
      onHalf: (half) => this.#handleHalf(half),
      onState: (state) => this.#recovery.handleLinkState(state),
      onStage: this.connection.handleFact,
      onTracks: () => this.#events.onChanged(),
      onFailed: (error) => this.#end(error),
    });
    this.sending = new PairSending(clock, this.link, (leftOut) => this.#own?.set('leftOut', [...leftOut]));
    this.#stopWaiting = clock.after(slowAfterMs, () => {
      if (!this.#wasConnected) this.#events.onSlow();
    });
  }

  static begin(peer: PairPeer, context: PairContext, events: PairEvents): Pair {
    return new Pair(peer, undefined, context, events);
  }

  /** @throws ConferenceError `address-taken` where that Connection is observed already. */
  static reply(peer: PairPeer, snapshot: ConnectionSnapshot, context: PairContext, events: PairEvents): Pair {
    const pair = new Pair(peer, snapshot.url, context, events);
    try {
      pair.#observe(snapshot);
    } catch (thrown) {
      pair.close();
      throw thrown;
    }
    return pair;
  }

  /** Whether media that flowed does so no more. */
  get isLost(): boolean {
    return this.#state === 'waiting' || this.#state === 'restarting';
  }

  /** Both sides know how to reach each other, and do not. */
  get #isUnreached(): boolean {
    const { stage } = this.connection.report.current;
    return stage === 'connecting' || stage === 'securing';
  }

  /** Whether the other leaves it out for now. */
  isLeftOut(source: Source): boolean {
    return this.#theirs?.data.leftOut?.includes(source) === true;
  }

  /** The mid that carries each of one's own sources, and each of the other's. */
  get mids(): { readonly own: PairHalf['publishOn']; readonly theirs: PairHalf['publishOn'] } {
    return { own: this.#half?.publishOn ?? {}, theirs: this.#theirs?.data.publishOn ?? {} };
  }

  /** The own Connection's address, once there is one. */
  get url(): DataObjectUrl | undefined {
    return this.#own?.url;
  }

  /** The other brings its half in reply; the same once more is no mistake. */
  handleReply(snapshot: ConnectionSnapshot): void {
    if (this.#theirs === undefined) this.#observe(snapshot);
  }

  #observe(snapshot: ConnectionSnapshot): void {
    const { runtime, hypertyUrl } = this.#context.session;
    const theirs = runtime.syncher.adopt(snapshot, hypertyUrl, parseConnection);
    this.#theirs = theirs;
    theirs.on('changed', () => this.#handleTheirs(theirs.data));
    theirs.on('deleted', () => (this.#isUnreached ? void this.#giveUp() : this.#end(undefined)));
    theirs.on('failed', (error) => this.#end(error));
    this.#handleTheirs(theirs.data);
  }

  #handleTheirs({ connectionDescription, iceCandidates, publishOn = {}, wanted }: ConnectionData): void {
    if (this.#isReleasedByBoth) return this.#end(undefined);
    if (wanted !== undefined) this.link.setShown(wanted[this.#context.localId] ?? 0);
    if (connectionDescription === undefined) return;
    this.link.accept({ description: connectionDescription, candidates: iceCandidates, publishOn });
  }

  #handleState(state: RecoveryState): void {
    this.#state = state;
    this.#wasConnected ||= state === 'flowing';
    if (this.#isClosed) return;
    this.#own?.set('status', statusOf(state));
    this.#events.onChanged();
  }

  /** A description goes out at once, with what was found so far; candidates gather for a moment. */
  #handleHalf(half: PairHalf): void {
    const isNewDescription = this.#half?.description !== half.description;
    this.#half = half;
    if (this.#isClosed) return;
    if (isNewDescription) return this.#tell();
    this.#stopGathering ??= this.#context.clock.after(gatherMs, () => this.#tell());
  }

  #tell(): void {
    this.#stopGathering?.();
    this.#stopGathering = undefined;
    if (this.#half === undefined || this.#isClosed) return;
    const { description, candidates, publishOn } = this.#half;
    if (this.#own === undefined) return this.#report(this.#half);
    this.#own.set('publishOn', { ...publishOn });
    // Candidates after the description that they belong to.
    this.#own.set('connectionDescription', description);
    this.#own.set('iceCandidates', [...candidates]);
  }

  #report({ description, candidates, publishOn }: PairHalf): void {
    const { session, roomId } = this.#context;
    const { runtime, hypertyUrl } = session;
    const { reporter } = runtime.syncher.create<ConnectionData>({
      url: `connection://${runtime.domain}/${runtime.sessionId}/${randomWord(8)}`,
      reporter: hypertyUrl,
      schema: 'Connection',
      name: roomId,
      data: {
        scheme: 'connection',
        name: roomId,
        owner: hypertyUrl,
        peer: this.peer.hypertyUrl,
        ...(this.#inReplyTo === undefined ? {} : { inReplyTo: this.#inReplyTo }),
        status: statusOf(this.#state),
        iceCandidates: [...candidates],
        connectionDescription: description,
        publishOn: { ...publishOn },
        ...(this.#isReleased ? { isReleased: true } : {}),
        ...(this.#shown === undefined ? {} : { wanted: this.#wanted(this.#shown) }),
        ...(this.sending.leftOut.length === 0 ? {} : { leftOut: [...this.sending.leftOut] }),
      },
    });
    this.#own = reporter;
    reporter.inviteObserver(this.peer.hypertyUrl).catch((thrown) => this.#end(toConferenceError(thrown)));
  }

  /** Device pixels of height at which the other is on the screen; 0 out of sight. */
  want(height: number): void {
    if (this.#shown === height) return;
    this.#shown = height;
    this.#own?.set('wanted', this.#wanted(height));
  }

  #wanted(height: number): NonNullable<ConnectionData['wanted']> {
    return { [this.peer.id]: height };
  }

  /** Whether what comes this way is needed no more. It ends when both say so. */
  setReleased(isReleased: boolean): void {
    if (this.#isReleased === isReleased) return;
    this.#isReleased = isReleased;
    this.#own?.set('isReleased', isReleased);
    if (this.#isReleasedByBoth) this.#end(undefined);
  }

  get #isReleasedByBoth(): boolean {
    return this.#isReleased && this.#theirs?.data.isReleased === true;
  }

  /** The session's link was lost, and is there again. */
  handleSessionBack(): void {
    this.#recovery.handleSessionBack();
  }

  /** It could not be made: what was tried is to be seen as long as the peer connection is there. */
  async #giveUp(): Promise<void> {
    this.#recovery.close();
    await this.connection.giveUp();
    this.#end(undefined);
  }

  #end(error: ConferenceError | undefined): void {
    if (this.#isClosed) return;
    this.close();
    this.#events.onEnded(error);
  }

  /** The other sees it by the end of the own Connection. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#recovery.close();
    this.#stopWaiting();
    this.#stopGathering?.();
    this.sending.close();
    this.#theirs?.release();
    this.#own?.close();
    this.link.close();
  }
}

function statusOf(state: RecoveryState): ConnectionData['status'] {
  switch (state) {
    case 'connecting':
      return 'checking';
    case 'waiting':
    case 'restarting':
      return 'disconnected';
    case 'flowing':
    case 'proving':
      return 'connected';
  }
}
