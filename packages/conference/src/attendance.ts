/**
 * Who is in a room: lets people in, gives who comes back another link, sees them go, and says all of it in the
 * Communication object.
 */
import type { DataObjectReporter, HypertyRuntime, Logger } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConnectionSnapshot,
  createParticipantId,
  type HypertyUrl,
  type ParticipantId,
  type Role,
  type RoomId,
  toConferenceError,
} from '@plenum/protocol';
import { fullText } from './admission.ts';
import type { ClientContext } from './client-context.ts';
import type { Entry, JoinResult } from './entry.ts';
import type { IssueIceServers } from './ice-servers.ts';
import type { ConferenceLimits } from './limits.ts';
import { MediaLinks } from './media-links.ts';
import { Participant } from './participant.ts';
import type { ParticipantLink } from './participant-link.ts';
import { ParticipantList } from './participant-list.ts';
import type { NewLink, RoomMedia } from './room-media.ts';
import type { RoomMemory } from './room-memory.ts';
import type { SlotPlanner } from './slot-planner.ts';

export interface AttendanceContext {
  readonly roomId: RoomId;
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  readonly communication: DataObjectReporter<CommunicationData>;
  readonly limits: ConferenceLimits;
  readonly issueIceServers: IssueIceServers;
  readonly mayGuestsCreateRooms: boolean;
  readonly logger: Logger;
  readonly memory: RoomMemory;
  readonly media: RoomMedia;
  readonly planner: () => SlotPlanner;
  /** Why the room has ended, once it has. */
  readonly closedBy: () => ConferenceError | undefined;
  /** Somebody is there or not, or says something else of how it gets on. */
  readonly onFactsChanged: () => void;
  readonly onEntered: (participant: Participant) => void;
  /** Something of somebody is another. */
  readonly onShown: () => void;
  /** Somebody goes on by another hyperty. */
  readonly onMoved: (participant: Participant, before: HypertyUrl) => void;
  readonly onLeft: (participant: Participant) => void;
}

export class Attendance {
  readonly #context: AttendanceContext;
  readonly #participants = new Map<ParticipantId, Participant>();
  readonly #list: ParticipantList;
  readonly #links: MediaLinks;
  #joined = 0;

  constructor(context: AttendanceContext) {
    this.#context = context;
    const { runtime, communication, mayGuestsCreateRooms } = context;
    const { clock } = runtime;
    const present = () => this.#participants.size;
    this.#list = new ParticipantList({ clock, communication, present, mayGuestsCreateRooms });
    this.#links = new MediaLinks({
      ...context,
      participants: this.#participants,
      onChanged: (participant) => this.show(participant),
      onFailed: (participant, error) => this.end(participant, error),
    });
  }

  get participants(): ReadonlyMap<ParticipantId, Participant> {
    return this.#participants;
  }

  at(hypertyUrl: string): Participant | undefined {
    return [...this.#participants.values()].find((participant) => participant.hypertyUrl === hypertyUrl);
  }

  /**
   * Lets somebody in, or gives who is in already another link.
   * @param newId For who was not here before.
   * @throws ConferenceError `capacity-exceeded`, `room-closed`, `media-server-gone`, `unsupported-media`, `disconnected`
   * where the client went away meanwhile; of who offers, `invalid-offer`, `needs-media-server`, `not-authorized`.
   */
  enter(
    client: ClientContext,
    entry: Entry,
    role: Role,
    newId: ParticipantId = createParticipantId(),
  ): Promise<JoinResult> {
    const id = this.#idOf(entry) ?? newId;
    const known = this.at(entry.hypertyUrl) ?? this.#participants.get(id);
    return known === undefined
      ? this.#enterAs(id, client, entry, role)
      : this.#renew(known, client, entry, role);
  }

  /** The id that somebody had before, where the room remembers them by it. */
  #idOf({ participantId, caller }: Entry): ParticipantId | undefined {
    if (participantId === undefined) return undefined;
    const member = this.#context.memory.memberOf(participantId);
    return member?.userUrl === caller.userUrl ? participantId : undefined;
  }

  async #enterAs(id: ParticipantId, client: ClientContext, entry: Entry, role: Role): Promise<JoinResult> {
    this.#checkSpace(client);
    const { name, caller, capabilities, offer } = entry;
    const joined = this.#context.runtime.clock.isoTime();
    const stay = { caller, role, context: client, capabilities, offer };
    const participant = new Participant({ id, name, joined, order: this.#joined++ }, stay);
    this.#checkOffer(participant, client);
    this.#follow(participant, client);
    this.#participants.set(id, participant);
    this.#context.onFactsChanged();
    try {
      const made = await this.#links.connect(participant);
      // The last question before all that cannot be taken back: nothing may be waited for from here on.
      const isHere = !participant.hasLeft && participant.context === client;
      this.#checkPresence(made, isHere ? undefined : new ConferenceError('disconnected'));
      return this.#letIn(participant, this.#linkBy(made, participant, client));
    } catch (thrown) {
      const error = this.#failure(thrown);
      // Where it has come in by another way meanwhile, only this one is of no use.
      if (participant.context === client) this.end(participant, error);
      throw error;
    }
  }

  #checkSpace(client: ClientContext): void {
    const { closedBy, communication } = this.#context;
    const { capacity } = communication.data.settings;
    if (this.#participants.size < capacity && closedBy() === undefined) return;
    client.close();
    throw closedBy() ?? new ConferenceError('capacity-exceeded', fullText(capacity));
  }

  /** Who only sends needs somewhere to send to, and leave. */
  #checkOffer({ isOutside, publications }: Participant, client: ClientContext): void {
    if (!isOutside) return;
    const isMesh = this.#context.communication.data.topology === 'mesh';
    if (!isMesh && Object.keys(publications).length > 0) return;
    client.close();
    throw new ConferenceError(isMesh ? 'needs-media-server' : 'not-authorized');
  }

  /** What fails because the room closed meanwhile is told as that. */
  #failure(thrown: unknown): ConferenceError {
    return this.#context.closedBy() ?? toConferenceError(thrown, 'media-failed');
  }

  /** What there is serves until the new link is there; others see nobody leave or come. */
  async #renew(
    participant: Participant,
    client: ClientContext,
    { caller, capabilities, offer }: Entry,
    role: Role,
  ): Promise<JoinResult> {
    const roleBefore = participant.role;
    let gone: ConferenceError | undefined;
    client.listen({
      onChanged: () => undefined,
      onEnded: (error) => {
        gone = error ?? new ConferenceError('disconnected');
      },
    });
    let made: NewLink | undefined;
    try {
      made = await this.#links.connect(participant, { capabilities, offer });
      this.#checkPresence(
        made,
        gone ?? (participant.hasLeft ? new ConferenceError('disconnected') : undefined),
      );
    } catch (thrown) {
      client.close();
      throw this.#failure(thrown);
    }
    const link = this.#linkBy(made, participant, client);
    const { context, link: linkBefore } = participant;
    const isMoved = context.hypertyUrl !== client.hypertyUrl;
    // Whoever gave another role meanwhile is right, and a link more is no reason for one.
    const isDue = isMoved && participant.role === roleBefore;
    participant.comeBack({
      context: client,
      caller,
      role: isDue ? role : participant.role,
      capabilities,
      offer,
    });
    this.#follow(participant, client);
    linkBefore?.close();
    context.close();
    if (isMoved) this.#context.onMoved(participant, context.hypertyUrl);
    try {
      const result = this.#letIn(participant, link);
      this.#context.planner().planForAll();
      return result;
    } catch (thrown) {
      const error = this.#failure(thrown);
      this.end(participant, error);
      throw error;
    }
  }

  #follow(participant: Participant, client: ClientContext): void {
    client.listen({
      onChanged: () => this.#handleClaims(participant),
      onEnded: (error) => this.end(participant, error),
    });
  }

  #handleClaims(participant: Participant): void {
    participant.handleClaims();
    this.show(participant);
    this.#context.onFactsChanged();
    this.#context.planner().planForAll();
  }

  /** Lets nobody in who is no more. @param gone Why they are not. */
  #checkPresence(made: NewLink | undefined, gone: ConferenceError | undefined): void {
    if (gone === undefined) return;
    made?.media.close();
    throw this.#context.closedBy() ?? gone;
  }

  #linkBy(made: NewLink | undefined, participant: Participant, { hypertyUrl }: ClientContext) {
    return made === undefined ? undefined : this.#links.make(participant, hypertyUrl, made);
  }

  #letIn(participant: Participant, link: ParticipantLink | undefined): JoinResult {
    participant.useLink(link);
    participant.handleLetIn();
    this.#handleEntered(participant);
    // Now, so that the first snapshot says already who is in which slot.
    if (link !== undefined) this.#links.begin(participant, link);
    // Last, since all of this is in the snapshots.
    link?.report.addObserver(participant.hypertyUrl);
    this.#context.communication.addObserver(participant.hypertyUrl);
    return this.resultFor(participant);
  }

  #handleEntered(participant: Participant): void {
    const { communication, memory, logger, roomId, onEntered } = this.#context;
    const { id, userUrl, role, identity, caller } = participant;
    const isNew = communication.data.participants[id] === undefined;
    memory.remember(id, { ...caller, name: identity.name });
    if (role === 'owner') memory.giveRole(userUrl, role);
    this.show(participant);
    if (communication.data.status === 'pending') communication.set('status', 'open');
    if (isNew) onEntered(participant);
    logger.info(isNew ? 'participant joined' : 'participant linked anew', { roomId, participantId: id });
  }

  /** What who joins is told, also when they ask again. @throws ConferenceError `already-joined` before it is known. */
  resultFor(participant: Participant): JoinResult {
    if (!participant.isIn) throw new ConferenceError('already-joined');
    const { communication, issueIceServers } = this.#context;
    const { link } = participant;
    return {
      participantId: participant.id,
      communication: communication.snapshot(),
      ...(link === undefined ? {} : { connection: link.report.snapshot() }),
      ...issueIceServers(participant.id),
    };
  }

  /** A client brings its half of a link. @throws ConferenceError `object-not-found` where there is no such link. */
  handleClientConnection(snapshot: ConnectionSnapshot, hypertyUrl: string): void {
    this.#links.handleClientConnection(snapshot, this.at(hypertyUrl));
  }

  /** The room's plan is another now. */
  handlePlanChanged(): void {
    if (this.#context.communication.data.plan === 'sfu') this.#links.openForAll();
    else this.#links.closeReleased();
  }

  /** What somebody may do or publish is another now. */
  handleLeaveChanged(participant: Participant): void {
    this.show(participant);
  }

  /** Tells everybody what is another of somebody now. */
  show(participant: Participant): void {
    this.#list.show(participant);
    this.#context.onShown();
  }

  /** Somebody goes, for whatever reason. May be called more than once. */
  end(participant: Participant, reason: ConferenceError | undefined): void {
    const { id, hypertyUrl } = participant;
    if (this.#participants.get(id) !== participant) return;
    this.#participants.delete(id);
    participant.close();
    const { communication, logger, roomId } = this.#context;
    communication.removeObserver(hypertyUrl, reason);
    this.#list.remove(id);
    logger.info('participant left', { roomId, participantId: id, code: reason?.code });
    this.#context.planner().remove(id);
    this.#context.onLeft(participant);
    this.#context.onFactsChanged();
    this.#links.closeReleased();
  }
}
