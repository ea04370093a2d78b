/**
 * Everybody's link to the media server, in one room: made with who comes in, or for all when the room goes over to it; ended
 * when all have said that they need theirs no more.
 */
import type { DataObjectReporter, HypertyRuntime } from '@plenum/hyperty';
import type { MediaLink } from '@plenum/media';
import {
  type CommunicationData,
  ConferenceError,
  type ConnectionSnapshot,
  type ConnectionStatus,
  type HypertyUrl,
  type ParticipantId,
  type RoomId,
  toConferenceError,
} from '@plenum/protocol';
import { DataRelay } from './data-relay.ts';
import type { ConferenceLimits } from './limits.ts';
import type { Participant } from './participant.ts';
import { ParticipantLink } from './participant-link.ts';
import { isMediaWanted, type NewLink, type RoomMedia } from './room-media.ts';
import { reportServerConnection } from './server-connection.ts';
import type { SlotPlanner } from './slot-planner.ts';

export interface MediaLinksContext {
  readonly roomId: RoomId;
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  readonly communication: DataObjectReporter<CommunicationData>;
  readonly limits: ConferenceLimits;
  readonly media: RoomMedia;
  readonly planner: () => SlotPlanner;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  /** What others see of somebody may be another now. */
  readonly onChanged: (participant: Participant) => void;
  /** Somebody's link could not be made, or is lost for good. */
  readonly onFailed: (participant: Participant, error: ConferenceError) => void;
}

export class MediaLinks {
  readonly #context: MediaLinksContext;
  readonly #relay: DataRelay;

  constructor(context: MediaLinksContext) {
    this.#context = context;
    const { runtime, participants, media } = context;
    this.#relay = new DataRelay({
      clock: runtime.clock,
      participants,
      send: (message, channel, to) => media.sendData(message, channel, to),
    });
  }

  get #isInUse(): boolean {
    return this.#context.communication.data.plan === 'sfu';
  }

  /** A connection to the media server, for who wants any media, where it goes that way. */
  async connect(participant: Participant, wish = participant.linkWish): Promise<NewLink | undefined> {
    if (!this.#isInUse || !isMediaWanted(wish.capabilities)) return undefined;
    let media: MediaLink | undefined;
    const link = await this.#context.media.connect(wish, {
      onStatus: (status) => {
        const { link } = participant;
        if (link !== undefined && link.media === media) this.#handleStatus(participant, link, status);
      },
      onEstimate: (estimate) => {
        if (participant.media === media) this.#context.planner().handleEstimate(participant.id, estimate);
      },
      onData: (message, channel) => {
        if (participant.media === media) this.#relay.handle(participant, message, channel);
      },
    });
    media = link.media;
    return link;
  }

  /** Reports the server's half of a link; the one that somebody had goes on. */
  make(participant: Participant, hypertyUrl: HypertyUrl, made: NewLink): ParticipantLink {
    const { reporter, allocated } = reportServerConnection(
      { id: participant.id, hypertyUrl },
      made,
      this.#context,
    );
    const isCurrent = (): boolean => participant.link === link;
    const fail = (error: ConferenceError) => isCurrent() && this.#context.onFailed(participant, error);
    allocated.catch(fail);
    const link: ParticipantLink = new ParticipantLink({ link: made, report: reporter }, this.#context, {
      onNegotiated: () => isCurrent() && this.#handleNegotiated(participant),
      onWantedChanged: () => isCurrent() && this.#context.planner().planFor(participant.id),
      onReleasedChanged: () => this.closeReleased(),
      onGivenUp: () => isCurrent() && this.#handleGivenUp(participant),
      onFailed: fail,
    });
    return link;
  }

  /** Somebody goes on by a link: what there is to see is put into its slots now. */
  begin(participant: Participant, link: ParticipantLink): void {
    this.#context.planner().add(participant, link.media);
    this.#watchConnecting(participant, link);
    if (link.state === 'negotiated') this.#handleNegotiated(participant);
  }

  /** The room goes over to the media server. Whoever has a link keeps it. */
  openForAll(): void {
    for (const participant of this.#context.participants.values()) {
      if (participant.isIn && participant.isWithMedia && participant.link === undefined)
        void this.#open(participant);
    }
  }

  async #open(participant: Participant): Promise<void> {
    const { context } = participant;
    try {
      const made = await this.connect(participant);
      if (made === undefined) return;
      const isDue = !participant.hasLeft && participant.context === context && participant.link === undefined;
      if (!isDue || !this.#isInUse) return made.media.close();
      const link = this.make(participant, participant.hypertyUrl, made);
      participant.useLink(link);
      this.begin(participant, link);
      // Whoever is out of reach for the moment has the time that a connection may take.
      link.report.inviteObserver(participant.hypertyUrl).catch(() => undefined);
    } catch (thrown) {
      const isStill = !participant.hasLeft && participant.context === context;
      if (isStill) this.#context.onFailed(participant, toConferenceError(thrown, 'media-failed'));
    }
  }

  /** The room has gone over to direct links, and nobody needs the media server any more: all at once, so that nobody's slots empty early. */
  closeReleased(): void {
    const linked = [...this.#context.participants.values()].flatMap((participant) =>
      participant.link === undefined ? [] : [{ participant, link: participant.link }],
    );
    if (this.#isInUse || !linked.every(({ link }) => link.isReleased)) return;
    for (const { participant, link } of linked) {
      participant.useLink(undefined);
      link.close();
      this.#context.planner().remove(participant.id);
      this.#context.onChanged(participant);
    }
    this.#context.media.release();
  }

  #handleNegotiated(participant: Participant): void {
    participant.handleNegotiated();
    this.#context.onChanged(participant);
    this.#context.planner().planForAll();
  }

  /** Another half is on its way, or the client is about to go: nobody need be told. */
  #handleGivenUp(participant: Participant): void {
    const { link } = participant;
    if (link === undefined) return;
    link.setStatus('closed');
    this.#watchConnecting(participant, link);
  }

  /** A client brings its half of a link. @throws ConferenceError `object-not-found` where there is no such link. */
  handleClientConnection(snapshot: ConnectionSnapshot, participant: Participant | undefined): void {
    const link = participant?.link;
    if (link === undefined || link.report.url !== snapshot.data.inReplyTo) {
      throw new ConferenceError('object-not-found');
    }
    link.handleClient(snapshot);
  }

  /** Who has not connected in time, or lost the connection for as long, is let go. */
  #watchConnecting(participant: Participant, link: ParticipantLink): void {
    const { runtime, limits, onFailed } = this.#context;
    const expire = () => onFailed(participant, new ConferenceError('media-failed'));
    const withinMs = link.wasConnected ? limits.reconnectWithinMs : limits.connectWithinMs;
    link.waitWith(runtime.clock.after(withinMs, expire));
  }

  #handleStatus(participant: Participant, link: ParticipantLink, status: ConnectionStatus): void {
    if (participant.hasLeft || participant.link !== link) return;
    link.setStatus(status);
    // Who sends from outside has nothing else by which it could be missed.
    const isGone = status === 'failed' || (participant.isOutside && link.isLost);
    if (isGone) return this.#context.onFailed(participant, new ConferenceError('media-failed'));
    // Who closes a link leaves by word or by the end of the session; otherwise another link is on its way.
    if (link.isLost) this.#watchConnecting(participant, link);
    if (status === 'connected' || status === 'completed') {
      link.waitWith(() => undefined);
      this.#context.planner().handleConnected(participant.id);
    }
    this.#context.onChanged(participant);
  }
}
