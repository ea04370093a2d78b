/**
 * A room: one Communication object, one router on the media server, and its participants. It opens with the first
 * who comes and ends with the last who leaves.
 */
import { type DataObjectReporter, type HypertyRuntime, type Logger, SerialQueue } from '@plenum/hyperty';
import type { MediaConnection, MediaRouter, MediaServer, Speaker } from '@plenum/media';
import {
  type Capabilities,
  type CommunicationData,
  ConferenceError,
  type ConnectionData,
  type ConnectionSnapshot,
  type ConnectionStatus,
  changesOf,
  connectionSnapshotSchema,
  createParticipantId,
  type HypertyUrl,
  type IceServer,
  type ParticipantId,
  type ResultOf,
  type RoomId,
  splitAddress,
  type Topology,
  toConferenceError,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import { type ActiveSpeaker, followSpeakers, nobody } from './active-speaker.ts';
import type { ConferenceLimits } from './limits.ts';
import { Pacer, pauseMsFor } from './pacer.ts';
import { describeSlots, Participant } from './participant.ts';
import type { Quota } from './quota.ts';
import { SlotPlanner } from './slot-planner.ts';

/** Somebody asks to join, as the server knows them. */
export interface JoinRequest {
  readonly roomId: RoomId;
  readonly name: string;
  /** Who asks, as the messaging node vouches. */
  readonly userUrl: string;
  readonly hypertyUrl: HypertyUrl;
  /** The client's Connection, which it has let the server observe. */
  readonly connection: ConnectionSnapshot;
  readonly capabilities?: Capabilities | undefined;
}

export interface RoomContext {
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  readonly mediaServer: MediaServer;
  readonly limits: ConferenceLimits;
  /** Participants by session, in all rooms. */
  readonly seats: Quota;
  readonly iceServers: readonly IceServer[];
  readonly logger: Logger;
  readonly onClosed: (room: Room) => void;
}

export interface RoomOptions {
  readonly topology?: Topology | undefined;
}

const parseConnection = (value: unknown) => v.parse(connectionSnapshotSchema, value);

/** Who asks for another is served by the SFU, and told so. */
const servedTopologies: readonly Topology[] = ['sfu'];

export class Room {
  readonly id: RoomId;
  readonly #context: RoomContext;
  readonly #communication: DataObjectReporter<CommunicationData>;
  readonly #participants = new Map<ParticipantId, Participant>();
  readonly #planner: SlotPlanner;
  readonly #routerQueue = new SerialQueue();
  #router: MediaRouter | undefined;
  #activeSpeaker: ActiveSpeaker = nobody;
  #joined = 0;
  /** Somebody was in: the last who leaves ends the room. */
  #wasEntered = false;
  #closedBy: ConferenceError | undefined;

  constructor(id: RoomId, options: RoomOptions, context: RoomContext) {
    this.id = id;
    this.#context = context;
    const { clock, domain, syncher } = context.runtime;
    this.#planner = new SlotPlanner({
      clock,
      limits: context.limits,
      participants: this.#participants,
      onFailed: (viewer, thrown) => this.#handlePlanningFailed(viewer, thrown),
    });
    const now = clock.isoTime();
    const { reporter, allocated } = syncher.create<CommunicationData>({
      url: `comm://${domain}/${encodeURIComponent(id)}`,
      reporter: context.conferenceUrl,
      schema: 'Communication',
      name: id,
      data: {
        scheme: 'comm',
        name: id,
        roomId: id,
        status: 'pending',
        startingTime: now,
        lastModified: now,
        topology: servedTopologies.find((served) => served === options.topology) ?? 'sfu',
        children: ['resources'],
        participants: {},
      },
    });
    this.#communication = reporter;
    allocated.catch((error: ConferenceError) => this.close(error));
  }

  get participants(): ReadonlyMap<ParticipantId, Participant> {
    return this.#participants;
  }

  get communication(): CommunicationData {
    return this.#communication.data;
  }

  /**
   * Lets somebody in.
   * @throws ConferenceError `already-joined`, `capacity-exceeded`, `room-closed`, `media-server-gone`,
   * `unsupported-media`, `disconnected` where the client went away meanwhile.
   */
  async addParticipant(request: JoinRequest): Promise<ResultOf<'joinRoom'>> {
    this.#check(request);
    const participant = this.#createParticipant(request);
    try {
      const link = isMediaWanted(request)
        ? await this.#createLink(participant, request.capabilities)
        : undefined;
      return this.#admit(participant, link);
    } catch (thrown) {
      // What fails because the room closed meanwhile is told as that.
      const error = this.#closedBy ?? toConferenceError(thrown, 'media-failed');
      this.#end(participant, error);
      throw error;
    }
  }

  #check({ hypertyUrl }: JoinRequest): void {
    if (this.#closedBy !== undefined) throw new ConferenceError('room-closed');
    const members = [...this.#participants.values()];
    if (members.some(({ identity }) => identity.hypertyUrl === hypertyUrl)) {
      throw new ConferenceError('already-joined');
    }
    if (members.length >= this.#context.limits.participantsPerRoom) {
      throw new ConferenceError('capacity-exceeded', 'The room is full.');
    }
  }

  #createParticipant({ name, userUrl, hypertyUrl, connection }: JoinRequest): Participant {
    const { runtime, conferenceUrl } = this.#context;
    const observer = runtime.syncher.adopt(connection, conferenceUrl, parseConnection);
    if (!this.#context.seats.take(sessionOf(hypertyUrl))) {
      observer.close();
      throw new ConferenceError('capacity-exceeded', 'You are in too many rooms.');
    }
    const joined = runtime.clock.isoTime();
    const identity = { id: createParticipantId(), name, hypertyUrl, userUrl, joined, order: this.#joined++ };
    const describing = new Pacer(runtime.clock, () => {
      this.#describe(participant);
      return pauseMsFor(this.#participants.size);
    });
    const participant: Participant = new Participant(identity, observer, {
      onChanged: () => describing.ask(),
      onSourcesChanged: () => this.#planner.planForAll(),
      onWantedChanged: ({ id }) => this.#planner.planFor(id),
      onEnded: (ended, error) => this.#end(ended, error),
    });
    this.#participants.set(participant.id, participant);
    this.#observeClient(participant);
    return participant;
  }

  /** By the server's own word: a client that does not let itself be observed could go without being missed. */
  #observeClient(participant: Participant): void {
    this.#routeClient('subscribe', participant).catch((error) => this.#end(participant, error));
  }

  #routeClient(type: 'subscribe' | 'unsubscribe', { connectionUrl }: Participant) {
    const { runtime, conferenceUrl } = this.#context;
    const to = wellKnown.subscriptions(runtime.domain);
    const body = { resources: [changesOf(connectionUrl)] };
    return runtime.bus.request({ type, from: conferenceUrl, to, body });
  }

  async #createLink(
    participant: Participant,
    capabilities: Capabilities | undefined,
  ): Promise<MediaConnection> {
    const router = await this.#routerQueue.run(() => this.#openRouter());
    const link = await router.createConnection({
      sources: ['microphone', 'camera'],
      slots: this.#context.limits.slots,
      capabilities,
      onStatus: (status) => this.#handleStatus(participant, status),
    });
    if (participant.state !== 'left') return link;
    link.close();
    throw this.#closedBy ?? new ConferenceError('disconnected');
  }

  async #openRouter(): Promise<MediaRouter> {
    if (this.#router !== undefined) return this.#router;
    const router = await this.#context.mediaServer.createRouter({
      onSpeakers: (speakers) => this.#handleSpeakers(speakers),
      onClosed: (reason) => this.close(reason),
    });
    if (this.#closedBy !== undefined) {
      router.close();
      throw this.#closedBy;
    }
    this.#router = router;
    return router;
  }

  #admit(participant: Participant, link: MediaConnection | undefined): ResultOf<'joinRoom'> {
    const { hypertyUrl } = participant.identity;
    const report = this.#reportConnection(participant, link);
    report.addObserver(hypertyUrl);
    this.#communication.addObserver(hypertyUrl);
    this.#wasEntered = true;
    participant.offer(link, report);
    this.#describe(participant);
    if (this.communication.status === 'pending') this.#communication.set('status', 'open');
    if (link !== undefined) this.#prepareShowing(participant, link);
    this.#context.logger.info('participant joined', { roomId: this.id, participantId: participant.id });
    return {
      participantId: participant.id,
      communication: this.#communication.snapshot(),
      connection: report.snapshot(),
      iceServers: [...this.#context.iceServers],
    };
  }

  #handlePlanningFailed(viewer: ParticipantId, thrown: unknown): void {
    const participant = this.#participants.get(viewer);
    if (participant !== undefined) this.#end(participant, toConferenceError(thrown, 'internal'));
  }

  #prepareShowing(participant: Participant, link: MediaConnection): void {
    // Now, so that the first snapshot says already who is in which slot.
    this.#planner.add(participant, link);
    this.#watchConnecting(participant);
  }

  #reportConnection(
    participant: Participant,
    link: MediaConnection | undefined,
  ): DataObjectReporter<ConnectionData> {
    const { runtime, conferenceUrl } = this.#context;
    const { reporter, allocated } = runtime.syncher.create<ConnectionData>({
      url: `connection://${runtime.domain}/conference/${participant.id}`,
      reporter: conferenceUrl,
      schema: 'Connection',
      name: this.id,
      data: {
        scheme: 'connection',
        name: this.id,
        owner: conferenceUrl,
        peer: participant.identity.hypertyUrl,
        status: 'new',
        iceCandidates: [],
        ...(link === undefined ? {} : describeLink(link)),
      },
    });
    allocated.catch((error: ConferenceError) => this.#end(participant, error));
    return reporter;
  }

  /** Who has not connected in time, or lost the connection for as long, is let go. */
  #watchConnecting(participant: Participant): void {
    const { clock } = this.#context.runtime;
    const expire = () => this.#end(participant, new ConferenceError('media-failed'));
    participant.waitWith(clock.after(this.#context.limits.connectWithinMs, expire));
  }

  #handleStatus(participant: Participant, status: ConnectionStatus): void {
    if (participant.state === 'left') return;
    participant.setStatus(status);
    if (status === 'disconnected') this.#watchConnecting(participant);
    if (status === 'connected' || status === 'completed') participant.waitWith(() => undefined);
    if (status === 'failed' || status === 'closed')
      this.#end(participant, new ConferenceError('media-failed'));
  }

  #describe(participant: Participant): void {
    if (participant.state === 'left' || participant.report === undefined) return;
    const path = ['participants', participant.id] as const;
    const before = this.communication.participants[participant.id];
    const after = participant.describe();
    if (before === undefined) return this.#communication.setAt(path, after);
    this.#communication.setAt([...path, 'status'], after.status);
    if (JSON.stringify(before.publications) !== JSON.stringify(after.publications)) {
      this.#communication.setAt([...path, 'publications'], after.publications);
    }
  }

  #handleSpeakers(speakers: readonly Speaker[]): void {
    const now = this.#context.runtime.clock.now();
    const ids = speakers.flatMap(({ connectionId }) => this.#participantOf(connectionId)?.id ?? []);
    this.#planner.handleSpeakers(ids);
    this.#activeSpeaker = followSpeakers(this.#activeSpeaker, ids, now);
    const { participantId } = this.#activeSpeaker;
    if (participantId !== undefined) this.#communication.set('activeSpeaker', participantId);
  }

  #participantOf(connectionId: string): Participant | undefined {
    return [...this.#participants.values()].find(({ link }) => link?.id === connectionId);
  }

  /** Removes somebody. @throws ConferenceError `participant-not-found`. */
  removeParticipant(id: ParticipantId, reason: ConferenceError | undefined): void {
    const participant = this.#participants.get(id);
    if (participant === undefined) throw new ConferenceError('participant-not-found');
    this.#end(participant, reason);
  }

  /** By the hyperty's own wish. Says whether it was here. */
  removeHyperty(hypertyUrl: HypertyUrl): boolean {
    const participant = [...this.#participants.values()].find(
      ({ identity }) => identity.hypertyUrl === hypertyUrl,
    );
    if (participant !== undefined) this.#end(participant, undefined);
    return participant !== undefined;
  }

  #end(participant: Participant, reason: ConferenceError | undefined): void {
    if (!this.#participants.delete(participant.id)) return;
    const { id, identity } = participant;
    this.#context.seats.giveBack(sessionOf(identity.hypertyUrl));
    participant.close(reason);
    // Refused where the client's Connection is gone, and with it what was subscribed to.
    this.#routeClient('unsubscribe', participant).catch(() => undefined);
    this.#communication.removeObserver(identity.hypertyUrl);
    this.#communication.setAt(['participants', id], undefined);
    if (this.#activeSpeaker.participantId === id) {
      this.#activeSpeaker = nobody;
      this.#communication.set('activeSpeaker', undefined);
    }
    const reported = { roomId: this.id, participantId: id, code: reason?.code };
    this.#context.logger.info('participant left', reported);
    this.#planner.remove(id);
    if (this.#participants.size === 0 && this.#wasEntered) this.close(undefined);
  }

  /** Ends the room for everybody who is still there, with the reason. May be called more than once. */
  close(reason: ConferenceError | undefined): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = reason ?? new ConferenceError('room-closed');
    // First, so that of a room of hundreds not everybody is told of everybody's end.
    this.#communication.close(reason);
    for (const participant of [...this.#participants.values()]) this.#end(participant, this.#closedBy);
    this.#planner.close();
    this.#router?.close();
    this.#context.onClosed(this);
    this.#context.logger.info('room closed', { roomId: this.id, code: reason?.code });
  }
}

/** Who says that it can neither send nor receive anything, such as a program that only watches, gets no link. */
function isMediaWanted({ capabilities }: JoinRequest): boolean {
  if (capabilities === undefined) return true;
  const { send, receive } = capabilities;
  return [send.audio, send.video, receive.audio, receive.video].some(({ length }) => length > 0);
}

function describeLink(link: MediaConnection): Partial<ConnectionData> {
  return {
    connectionDescription: { type: 'offer', sdp: link.offer, negotiation: 1 },
    publishOn: Object.fromEntries(link.publishOn),
    slots: describeSlots(link.slots),
  };
}

/** A session's addresses all begin with its id. */
function sessionOf(url: HypertyUrl): string {
  return splitAddress(url)?.path.split('/')[0] ?? url;
}
