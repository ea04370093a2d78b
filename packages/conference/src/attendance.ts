/**
 * Who is in a room: lets people in, gives who comes back another link, sees them go, and says all of it in the
 * Communication object.
 */
import type { DataObjectReporter, HypertyRuntime, Logger } from '@plenum/hyperty';
import type { MediaConnection } from '@plenum/media';
import {
  type Capabilities,
  type CommunicationData,
  ConferenceError,
  type ConnectionData,
  type ConnectionStatus,
  createParticipantId,
  type HypertyUrl,
  type IceServer,
  type ParticipantId,
  type Role,
  type RoomId,
  toConferenceError,
} from '@plenum/protocol';
import type { ClientConnection } from './client-connection.ts';
import type { Entry, JoinResult } from './entry.ts';
import type { ConferenceLimits } from './limits.ts';
import { Participant } from './participant.ts';
import { ParticipantLink } from './participant-link.ts';
import { ParticipantList } from './participant-list.ts';
import { isMediaWanted, type RoomMedia } from './room-media.ts';
import type { RoomMemory } from './room-memory.ts';
import { permissionsToTell, reportServerConnection } from './server-connection.ts';
import type { SlotPlanner } from './slot-planner.ts';

export interface AttendanceContext {
  readonly roomId: RoomId;
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  readonly communication: DataObjectReporter<CommunicationData>;
  readonly limits: ConferenceLimits;
  readonly iceServers: readonly IceServer[];
  readonly mayGuestsCreateRooms: boolean;
  readonly logger: Logger;
  readonly memory: RoomMemory;
  readonly media: RoomMedia;
  readonly planner: () => SlotPlanner;
  /** Why the room has ended, once it has. */
  readonly closedBy: () => ConferenceError | undefined;
  readonly onEntered: (participant: Participant) => void;
  /** Somebody goes on by another hyperty. */
  readonly onMoved: (participant: Participant, before: HypertyUrl) => void;
  readonly onLeft: (participant: Participant) => void;
}

export class Attendance {
  readonly #context: AttendanceContext;
  readonly #participants = new Map<ParticipantId, Participant>();
  readonly #list: ParticipantList;
  #joined = 0;

  constructor(context: AttendanceContext) {
    this.#context = context;
    const { runtime, communication } = context;
    const present = () => this.#participants.size;
    this.#list = new ParticipantList({ clock: runtime.clock, communication, present });
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
   * where the client went away meanwhile.
   */
  enter(
    client: ClientConnection,
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

  async #enterAs(
    id: ParticipantId,
    client: ClientConnection,
    { name, caller, capabilities }: Entry,
    role: Role,
  ): Promise<JoinResult> {
    this.#checkSpace(client);
    const joined = this.#context.runtime.clock.isoTime();
    const participant = new Participant({ id, name, joined, order: this.#joined++ }, caller, role);
    const link = this.#createLink(participant, client);
    participant.useLink(link);
    this.#participants.set(id, participant);
    try {
      const media = await this.#connect(participant, link, capabilities);
      this.#checkStillThere(participant, link, media);
      return this.#admit(participant, link, media);
    } catch (thrown) {
      const error = this.#failure(thrown);
      // Where it has come in by another link meanwhile, only this one is of no use.
      if (participant.link === link) this.end(participant, error);
      throw error;
    }
  }

  #checkSpace(client: ClientConnection): void {
    const { closedBy, communication } = this.#context;
    if (this.#participants.size < communication.data.settings.capacity && closedBy() === undefined) return;
    client.close();
    throw closedBy() ?? new ConferenceError('capacity-exceeded', 'The room is full.');
  }

  /** What fails because the room closed meanwhile is told as that. */
  #failure(thrown: unknown): ConferenceError {
    return this.#context.closedBy() ?? toConferenceError(thrown, 'media-failed');
  }

  /** The link before serves until the new one is there; others see nobody leave or come. */
  async #renew(
    participant: Participant,
    client: ClientConnection,
    { caller, capabilities }: Entry,
    role: Role,
  ): Promise<JoinResult> {
    const link = this.#createLink(participant, client);
    const roleBefore = participant.role;
    try {
      const media = await this.#connect(participant, link, capabilities);
      this.#checkStillThere(participant, link, media);
      const before = participant.link;
      const isMoved = before !== undefined && before.hypertyUrl !== link.hypertyUrl;
      participant.useLink(link);
      // Whoever gave another role meanwhile is right, and a link more is no reason for one.
      const isDue = isMoved && participant.role === roleBefore;
      participant.useCaller(caller, isDue ? role : participant.role);
      before?.close(isMoved ? new ConferenceError('session-resumed') : undefined);
      if (isMoved) this.#context.onMoved(participant, before.hypertyUrl);
      const result = this.#admit(participant, link, media);
      this.#context.planner().planForAll();
      return result;
    } catch (thrown) {
      const error = this.#failure(thrown);
      link.close(error);
      if (participant.link === link) this.end(participant, error);
      throw error;
    }
  }

  #createLink(participant: Participant, client: ClientConnection): ParticipantLink {
    const isCurrent = () => participant.link === link;
    const link: ParticipantLink = new ParticipantLink(client, {
      onPublicationsChanged: () => isCurrent() && this.#handleClaims(participant),
      onWantedChanged: () => isCurrent() && this.#context.planner().planFor(participant.id),
      onEnded: (error) => (isCurrent() ? this.end(participant, error) : link.close(error)),
    });
    return link;
  }

  #handleClaims(participant: Participant): void {
    participant.handleClaims();
    this.show(participant);
    this.#context.planner().planForAll();
  }

  async #connect(
    participant: Participant,
    link: ParticipantLink,
    capabilities: Capabilities | undefined,
  ): Promise<MediaConnection | undefined> {
    if (!isMediaWanted(capabilities)) return undefined;
    const onStatus = (status: ConnectionStatus) => this.#handleStatus(participant, link, status);
    return this.#context.media.connect(capabilities, onStatus);
  }

  /** The last question before all that cannot be taken back: nothing may be waited for in between. */
  #checkStillThere(
    participant: Participant,
    link: ParticipantLink,
    media: MediaConnection | undefined,
  ): void {
    if (link.state !== 'ended' && !participant.hasLeft) return;
    media?.close();
    throw this.#context.closedBy() ?? new ConferenceError('disconnected');
  }

  #admit(participant: Participant, link: ParticipantLink, media: MediaConnection | undefined): JoinResult {
    const report = this.#reportConnection(participant, link, media);
    link.offer(media, report);
    this.#handleEntered(participant);
    if (media !== undefined) {
      // Now, so that the first snapshot says already who is in which slot.
      this.#context.planner().add(participant, media);
      this.#watchConnecting(participant, link);
    }
    // Last, since all of this is in the snapshots.
    report.addObserver(link.hypertyUrl);
    this.#context.communication.addObserver(link.hypertyUrl);
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
    const { communication, iceServers } = this.#context;
    const report = participant.link?.report;
    if (report === undefined) throw new ConferenceError('already-joined');
    return {
      participantId: participant.id,
      communication: communication.snapshot(),
      connection: report.snapshot(),
      iceServers: [...iceServers],
    };
  }

  #reportConnection(
    participant: Participant,
    link: ParticipantLink,
    media: MediaConnection | undefined,
  ): DataObjectReporter<ConnectionData> {
    const { reporter, allocated } = reportServerConnection(participant, link, media, this.#context);
    allocated.catch((error: ConferenceError) => this.end(participant, error));
    return reporter;
  }

  /** Who has not connected in time, or lost the connection for as long, is let go. */
  #watchConnecting(participant: Participant, link: ParticipantLink): void {
    const { runtime, limits } = this.#context;
    const expire = () => this.end(participant, new ConferenceError('media-failed'));
    const withinMs = link.wasConnected ? limits.reconnectWithinMs : limits.connectWithinMs;
    link.waitWith(runtime.clock.after(withinMs, expire));
  }

  #handleStatus(participant: Participant, link: ParticipantLink, status: ConnectionStatus): void {
    if (participant.hasLeft || participant.link !== link) return;
    link.setStatus(status);
    if (status === 'failed') return this.end(participant, new ConferenceError('media-failed'));
    // Who closes a link leaves by word or by the end of the session; otherwise another link is on its way.
    if (link.isLost) this.#watchConnecting(participant, link);
    if (status === 'connected' || status === 'completed') link.waitWith(() => undefined);
    this.show(participant);
  }

  /** What somebody may do or publish is another now. */
  handleLeaveChanged(participant: Participant): void {
    participant.link?.reportPermissions(permissionsToTell(participant, this.#context));
    this.show(participant);
  }

  /** Tells everybody what is another of somebody now. */
  show(participant: Participant): void {
    this.#list.show(participant);
  }

  /** Somebody goes, for whatever reason. May be called more than once. */
  end(participant: Participant, reason: ConferenceError | undefined): void {
    const { id, hypertyUrl } = participant;
    if (this.#participants.get(id) !== participant) return;
    this.#participants.delete(id);
    participant.close(reason);
    const { communication, logger, roomId } = this.#context;
    if (hypertyUrl !== undefined) communication.removeObserver(hypertyUrl);
    this.#list.remove(id);
    logger.info('participant left', { roomId, participantId: id, code: reason?.code });
    this.#context.planner().remove(id);
    this.#context.onLeft(participant);
  }
}
