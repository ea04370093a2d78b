/**
 * A room: one Communication object with its children, one router on the media server, and its participants. It opens with
 * the first who comes and ends with the last who leaves. Here its parts are put together; each has a file of its own.
 */
import type { DataObjectReporter } from '@plenum/hyperty';
import type { Speaker } from '@plenum/media';
import {
  type CommunicationData,
  ConferenceError,
  type ConnectionSnapshot,
  createParticipantId,
  type HypertyUrl,
  type ParticipantId,
  type Role,
  type RoomId,
  type RoomSettings,
  subscriptionOf,
  toConferenceError,
} from '@plenum/protocol';
import { type ActiveSpeaker, followSpeakers, nobody } from './active-speaker.ts';
import { decideAdmission } from './admission.ts';
import { Attendance } from './attendance.ts';
import type { Caller } from './caller.ts';
import { ClientContext } from './client-context.ts';
import type { Entry, JoinResult } from './entry.ts';
import { HandOver } from './hand-over.ts';
import { Invitations } from './invitations.ts';
import type { Lobby } from './lobby.ts';
import type { ModeratedRoom } from './moderation.ts';
import type { Participant } from './participant.ts';
import { PlanKeeper } from './plan-keeper.ts';
import type { PrivateChats } from './private-chats.ts';
import { recordedPeople } from './recording-facts.ts';
import { RoomChildren } from './room-children.ts';
import type { RoomContext, RoomOptions, RoomPast } from './room-context.ts';
import { isSame, type SettingsChange, settingsFor } from './room-description.ts';
import { RoomMedia } from './room-media.ts';
import { emptyMemory, RoomMemory } from './room-memory.ts';
import { RoomOutputs } from './room-outputs.ts';
import { reportRoom } from './room-report.ts';
import type { RoomRecord } from './room-store.ts';
import { SlotPlanner } from './slot-planner.ts';
import { topologyFactsOf } from './topology-facts.ts';
import type { PlanDecision } from './topology-policy.ts';

export class Room implements ModeratedRoom {
  readonly id: RoomId;
  readonly isByApplication: boolean;
  /** Whether it was there before, and is open again. */
  readonly isReopened: boolean;
  readonly memory: RoomMemory;
  readonly invitations: Invitations;
  /** What leaves it for those who are not in it. */
  readonly outputs: RoomOutputs;
  readonly #context: RoomContext;
  readonly #communication: DataObjectReporter<CommunicationData>;
  readonly #children: RoomChildren;
  readonly #attendance: Attendance;
  readonly #handOver: HandOver;
  readonly #planner: SlotPlanner;
  readonly #media: RoomMedia;
  readonly #plan: PlanKeeper;
  #activeSpeaker: ActiveSpeaker = nobody;
  #closedBy: ConferenceError | undefined;

  constructor(id: RoomId, options: RoomOptions, past: RoomPast, context: RoomContext) {
    const { record } = past;
    const { runtime, limits, logger, conferenceUrl } = context;
    this.id = id;
    this.isByApplication = past.isByApplication || record?.isByApplication === true;
    this.isReopened = record !== undefined;
    this.#context = context;
    const { reporter, allocated } = reportRoom(id, options, record, context);
    allocated.catch((error: ConferenceError) => this.close(error));
    this.#communication = reporter;
    this.memory = new RoomMemory(record ?? emptyMemory(), () => this.#tellChanged());
    for (const owner of options.owners ?? []) this.memory.giveRole(owner, 'owner');
    this.#children = new RoomChildren({
      runtime,
      communication: this.#communication,
      limits,
      logger,
      kept: record?.resources ?? {},
      participantAt: (url) => this.participantAt(url),
      isPresent: (id) => this.participants.has(id),
      onResourcesChanged: () => this.#tellChanged(),
    });
    this.invitations = new Invitations({
      runtime,
      conferenceUrl,
      from: subscriptionOf(this.#communication.url),
      describe: () => ({ roomId: id, title: this.settings.title }),
      onInvited: (userUrl) => this.memory.invite(userUrl),
    });
    this.#media = new RoomMedia({
      mediaServer: context.mediaServer,
      slots: limits.slots,
      closedBy: () => this.#closedBy,
      onSpeakers: (speakers) => this.#handleSpeakers(speakers),
      onLost: (reason) => this.close(reason),
    });
    this.#plan = new PlanKeeper({
      clock: runtime.clock,
      limits,
      plan: () => this.communication.plan,
      facts: () => topologyFactsOf(this, limits),
      onPlan: (decision) => this.#handlePlan(decision),
    });
    this.outputs = new RoomOutputs({
      roomId: id,
      clock: runtime.clock,
      logger,
      limits,
      archive: context.recordings,
      recordingContent: context.recordingContent,
      station: context.broadcasts,
      communication: this.#communication,
      media: this.#media,
      people: () => recordedPeople(this.participants.values()),
      onNeedChanged: () => {
        this.#plan.review();
        this.#planner.planForAll();
      },
    });
    this.#attendance = new Attendance({
      ...context,
      roomId: id,
      communication: this.#communication,
      memory: this.memory,
      media: this.#media,
      planner: () => this.#planner,
      closedBy: () => this.#closedBy,
      onFactsChanged: () => this.#plan.review(),
      onEntered: (participant) => {
        this.privateChats.welcomeBack(participant);
        this.invitations.handleEntered(participant.userUrl);
        this.#handOver.handleEntered();
        // A visit that opens a room owns it, but not who sends from outside.
        if (participant.isOutside && !this.isByApplication && !this.isReopened) this.#handOver.start();
      },
      onShown: () => this.outputs.handlePeople(),
      onMoved: (participant, before) => this.#handleMoved(participant, before),
      onLeft: (participant) => this.#handleLeft(participant),
    });
    this.#planner = new SlotPlanner({
      clock: runtime.clock,
      limits,
      participants: this.participants,
      composite: {
        ...this.outputs.composite,
        logger,
        createMix: (options) => this.#media.createMix(options),
        isDefault: () => this.communication.topology === 'mcu',
        layout: () => this.settings.layout ?? 'auto',
        speaker: () => this.#activeSpeaker.participantId,
      },
      onPlanned: () => this.outputs.handlePeople(),
      onFailed: (viewer, thrown) => this.#handlePlanningFailed(viewer, thrown),
    });
    const { clock } = runtime;
    const onHeir = (heir: Participant) => this.#makeOwner(heir);
    this.#handOver = new HandOver({ clock, limits, participants: this.participants, onHeir });
    // Of a room that is come back to the owners may stay away.
    if (record !== undefined && !this.isByApplication) this.#handOver.waitForOwner();
  }

  /** Of a room that has ended nothing more is kept. */
  #tellChanged(): void {
    if (this.#closedBy === undefined) this.#context.onRecordChanged(this);
  }

  get participants(): ReadonlyMap<ParticipantId, Participant> {
    return this.#attendance.participants;
  }

  get communication(): CommunicationData {
    return this.#communication.data;
  }

  get settings(): RoomSettings {
    return this.communication.settings;
  }

  get lobby(): Lobby {
    return this.#children.lobby;
  }

  get privateChats(): PrivateChats {
    return this.#children.privateChats;
  }

  /** Nobody is in, and nobody waits. */
  get isEmpty(): boolean {
    return this.participants.size === 0 && this.lobby.size === 0;
  }

  /** Somebody was in: the last who leaves ends the room. */
  get wasEntered(): boolean {
    return this.communication.status !== 'pending';
  }

  participantAt(hypertyUrl: string): Participant | undefined {
    return this.#attendance.at(hypertyUrl);
  }

  /** ISO 8601. */
  now(): string {
    return this.#context.runtime.clock.isoTime();
  }

  /** What is to be kept of it. */
  record(): RoomRecord {
    const { id, settings, isByApplication } = this;
    const { topology } = this.communication;
    const resources = this.#children.resources.all;
    return { id, topology, settings, isByApplication, ...this.memory.record, resources };
  }

  /** Lets somebody in, or gives who is in already another link. @throws ConferenceError as `Attendance.enter`. */
  async enter(entry: Entry, role: Role): Promise<JoinResult> {
    const known = this.participantAt(entry.hypertyUrl);
    const isSameRequest = known?.context.url === entry.context.url;
    if (known !== undefined && isSameRequest) return this.#attendance.resultFor(known);
    return this.#attendance.enter(this.#observe(entry), entry, role);
  }

  /** Once a moderator lets them. @throws ConferenceError as `enter`, and as `Lobby.wait`. */
  async enterByLobby(
    entry: Entry,
    { role, isHeldByApplication }: { readonly role: Role; readonly isHeldByApplication: boolean },
    progress: () => void,
  ): Promise<JoinResult> {
    this.lobby.leave(entry.hypertyUrl);
    const client = this.#observe(entry);
    const id = createParticipantId();
    const { name, caller } = entry;
    try {
      await this.lobby.wait({ id, name, caller, isHeldByApplication, client, progress });
      // Between the word of who let them in and now somebody may have banned them.
      if (this.memory.isBanned(caller)) throw new ConferenceError('banned');
    } catch (thrown) {
      client.close();
      throw thrown;
    }
    return this.#attendance.enter(client, entry, role, id);
  }

  #observe({ context, hypertyUrl }: Entry): ClientContext {
    if (this.#closedBy !== undefined) throw new ConferenceError('room-closed');
    return new ClientContext(context, hypertyUrl, this.#context);
  }

  /** A client brings its half of a link. @throws ConferenceError `object-not-found`. */
  handleClientConnection(snapshot: ConnectionSnapshot, hypertyUrl: string): void {
    this.#attendance.handleClientConnection(snapshot, hypertyUrl);
  }

  #handleMoved(participant: Participant, before: HypertyUrl): void {
    this.#communication.removeObserver(before, new ConferenceError('session-resumed'));
    this.#children.handleLost(participant, before);
    this.privateChats.welcomeBack(participant);
  }

  #handlePlan({ plan, reason }: PlanDecision): void {
    if (this.#closedBy !== undefined) return;
    this.#communication.set('plan', plan);
    this.#context.logger.info('the room goes over', { roomId: this.id, plan, reason });
    this.#attendance.handlePlanChanged();
  }

  #handlePlanningFailed(viewer: ParticipantId, thrown: unknown): void {
    const participant = this.participants.get(viewer);
    if (participant !== undefined) this.#attendance.end(participant, toConferenceError(thrown, 'internal'));
  }

  /** Tells everybody what is another of somebody now. */
  show(participant: Participant): void {
    this.#attendance.show(participant);
    this.#planner.handleShown();
  }

  /** What somebody may do or publish is another now. */
  handleLeaveChanged(participant: Participant): void {
    this.#children.handleLeaveChanged(participant);
    this.#attendance.handleLeaveChanged(participant);
    this.#planner.planForAll();
  }

  /** Whoever need not wait any more comes in. */
  changeSettings(changed: SettingsChange): void {
    const { topology } = this.communication;
    const given = Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== undefined));
    const settings = settingsFor(this.id, { ...this.settings, ...given }, topology, this.#context.limits);
    if (isSame(settings, this.settings)) return;
    this.#communication.set('settings', settings);
    this.#tellChanged();
    this.#planner.planForAll();
    this.#admitWhoNeedNotWait();
  }

  #admitWhoNeedNotWait(): void {
    const { id: roomId, settings, memory, participants } = this;
    const facts = { roomId, settings, memory, present: participants.size, isOwning: false };
    for (const { id, caller, isHeldByApplication } of this.lobby.waiting) {
      if (isHeldByApplication) continue;
      const { kind } = decideAdmission({ ...facts, caller, decision: { admit: true } });
      if (kind === 'admit') this.lobby.decide(id, true, undefined);
    }
  }

  #handleSpeakers(speakers: readonly Speaker[]): void {
    const ids = speakers.flatMap(({ connectionId }) => this.#participantOf(connectionId)?.id ?? []);
    this.#planner.handleSpeakers(ids);
    const before = this.#activeSpeaker.participantId;
    this.#activeSpeaker = followSpeakers(this.#activeSpeaker, ids, this.#context.runtime.clock.now());
    const { participantId } = this.#activeSpeaker;
    if (participantId !== undefined) this.#communication.set('activeSpeaker', participantId);
    if (participantId !== before) this.#planner.handleShown();
    this.outputs.handleSpeaker(ids.length === 0 ? undefined : participantId);
  }

  #participantOf(connectionId: string): Participant | undefined {
    return [...this.participants.values()].find(({ media }) => media?.id === connectionId);
  }

  /** Removes somebody, who is not known any more. @throws ConferenceError `participant-not-found`. */
  removeParticipant(id: ParticipantId, reason: ConferenceError | undefined): void {
    const participant = this.participants.get(id);
    if (participant === undefined) throw new ConferenceError('participant-not-found');
    this.memory.forget(id);
    this.privateChats.end(id);
    this.#attendance.end(participant, reason);
  }

  /** Who is banned goes, by all their devices, and neither waits nor comes back as who they were before. */
  ban(caller: Caller, reason: ConferenceError): void {
    const forgotten = this.memory.ban(caller, (id) => this.participants.has(id));
    for (const id of forgotten) this.privateChats.end(id);
    this.lobby.refuse((waiting) => this.memory.isBanned(waiting), reason);
    for (const { id, userUrl } of [...this.participants.values()]) {
      if (userUrl === caller.userUrl) this.removeParticipant(id, reason);
    }
  }

  /** By the hyperty's own wish. Says whether it was here. */
  removeHyperty(hypertyUrl: HypertyUrl): boolean {
    const participant = this.participantAt(hypertyUrl);
    if (participant === undefined) return this.lobby.leave(hypertyUrl);
    this.removeParticipant(participant.id, undefined);
    return true;
  }

  #handleLeft(participant: Participant): void {
    const { id, hypertyUrl, role } = participant;
    this.#children.handleLost(participant, hypertyUrl);
    this.#children.resources.forget(id);
    this.outputs.handlePeople();
    if (this.#activeSpeaker.participantId === id) {
      this.#activeSpeaker = nobody;
      this.#communication.set('activeSpeaker', undefined);
    }
    if (this.participants.size === 0 && this.wasEntered) this.#handleEmpty(id);
    else if (role === 'owner') this.#handOver.start();
  }

  /**
   * Who left for good is not remembered. Of several who got lost each may come back, and finds the room as it was; what one
   * had alone is opened again as easily.
   */
  #handleEmpty(last: ParticipantId): void {
    const { members } = this.memory.record;
    const areLost = members[last] !== undefined && Object.keys(members).length > 1;
    this.close(areLost ? new ConferenceError('disconnected') : undefined);
  }

  #makeOwner(heir: Participant): void {
    if (this.#closedBy !== undefined) return;
    heir.setRole('owner');
    this.memory.giveRole(heir.userUrl, 'owner');
    this.handleLeaveChanged(heir);
  }

  /** Ends the room for everybody who is still there, with the reason. May be called more than once. */
  close(reason: ConferenceError | undefined): void {
    if (this.#closedBy !== undefined) return;
    const closedBy = reason ?? new ConferenceError('room-closed');
    this.#closedBy = closedBy;
    this.#handOver.close();
    this.outputs.close();
    // First, so that of a room of hundreds not everybody is told of everybody's end.
    this.#communication.close(reason);
    this.lobby.close(closedBy);
    this.invitations.close();
    for (const participant of [...this.participants.values()]) this.#attendance.end(participant, closedBy);
    this.#plan.close();
    this.#planner.close();
    this.#media.close();
    this.#context.onClosed(this, closedBy);
    this.#context.logger.info('room closed', { roomId: this.id, code: reason?.code });
  }
}
