/** One's stay in a room: observes the room's objects, reports the own Connection, and owns the link for media. */
import {
  type DataObjectObserver,
  type DataObjectReporter,
  type HypertyRuntime,
  SerialQueue,
} from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConnectionData,
  type HypertyUrl,
  type ParticipantId,
  type Publications,
  type ResultOf,
  type RoomId,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import type {
  DeviceState,
  LocalMedia,
  Participant,
  Room,
  RoomState,
  Signal,
} from './conference-client-types.ts';
import { amplitudeOf } from './devices/audio-level.ts';
import { createLocalMedia } from './devices/local-media.ts';
import { parseCommunication, parseConnection } from './parse-objects.ts';
import { newcomers, reuseUnchanged, viewParticipants } from './room-view.ts';
import { createSignal, mapSignal, type WritableSignal } from './signal.ts';
import { watchSpeaking } from './speaking-watch.ts';
import type { StarLink } from './star-link.ts';

export interface RoomSessionOptions {
  readonly id: RoomId;
  readonly runtime: HypertyRuntime;
  readonly hypertyUrl: HypertyUrl;
  readonly conferenceUrl: HypertyUrl;
  readonly link: StarLink;
  /** The own Connection, which the server observes already. */
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly joined: ResultOf<'joinRoom'>;
  readonly localMedia: LocalMedia | undefined;
  readonly onNewParticipant: (participant: Participant, room: Room) => void;
  readonly onParticipantLeft: (participant: Participant, room: Room) => void;
  readonly onLeft: (room: RoomSession) => void;
}

/** How long the server has to confirm that one left. */
const leaveWithinMs = 3_000;

export class RoomSession implements Room {
  readonly id: RoomId;
  readonly localParticipantId: ParticipantId;
  readonly state: WritableSignal<RoomState> = createSignal<RoomState>({ name: 'connecting' });
  readonly participants: Signal<readonly Participant[]>;
  readonly speaking: Signal<ReadonlySet<ParticipantId>>;
  readonly activeSpeaker: Signal<ParticipantId | undefined>;
  readonly topology: Signal<CommunicationData['topology']>;
  readonly localMedia: LocalMedia;
  readonly #options: RoomSessionOptions;
  readonly #communication: DataObjectObserver<CommunicationData>;
  readonly #server: DataObjectObserver<ConnectionData>;
  readonly #room: WritableSignal<CommunicationData>;
  readonly #participants: WritableSignal<readonly Participant[]>;
  /** Resolves when the first answer is out and the link is being made, or the stay has ended. */
  readonly underWay: Promise<void>;
  readonly #negotiations = new SerialQueue();
  readonly #cleanUps: (() => void)[] = [];
  #answered = 0;

  constructor(options: RoomSessionOptions) {
    const { joined, runtime, hypertyUrl } = options;
    this.id = options.id;
    this.localParticipantId = joined.participantId;
    this.#options = options;
    this.localMedia = options.localMedia ?? createLocalMedia();
    this.#communication = runtime.syncher.adopt(joined.communication, hypertyUrl, parseCommunication);
    this.#server = runtime.syncher.adopt(joined.connection, hypertyUrl, parseConnection);
    this.#room = createSignal(this.#communication.data);
    this.#participants = createSignal<readonly Participant[]>([]);
    this.participants = this.#participants;
    this.activeSpeaker = mapSignal(this.#room, ({ activeSpeaker }) => activeSpeaker);
    this.topology = mapSignal(this.#room, ({ topology }) => topology);
    this.speaking = this.#watchSpeaking();
    this.#observeObjects();
    this.#publishDevices();
    this.#participants.set(this.#view());
    this.#negotiate();
    this.underWay = this.#negotiations.run(() => options.link.connecting);
  }

  #watchSpeaking(): Signal<ReadonlySet<ParticipantId>> {
    const { runtime, link } = this.#options;
    const levels = () => {
      const heard = Object.entries(this.#server.data.slots ?? {}).flatMap(([mid, slot]) =>
        slot.kind === 'audio' && slot.participantId !== undefined
          ? [[slot.participantId, link.levelOf(mid)] as const]
          : [],
      );
      const isSilent = this.localMedia.muted.current;
      return new Map([
        ...heard,
        [this.localParticipantId, isSilent ? 0 : amplitudeOf(this.localMedia.level())],
      ]);
    };
    const watch = watchSpeaking(levels, runtime.clock);
    this.#cleanUps.push(watch.stop);
    return watch.speaking;
  }

  #observeObjects(): void {
    this.#communication.on('changed', () => this.#refresh());
    this.#communication.on('deleted', (reason) => this.#end(reason ?? new ConferenceError('room-closed')));
    this.#communication.on('failed', (error) => this.#end(error));
    this.#server.on('changed', (_data, change) => {
      if (change?.attribute.startsWith('slots') !== false) this.#refresh();
      this.#negotiate();
    });
    this.#server.on('deleted', (reason) => this.#end(reason ?? new ConferenceError('removed')));
    this.#server.on('failed', (error) => this.#end(error));
  }

  #refresh(): void {
    this.#room.set(this.#communication.data);
    const before = this.#participants.current;
    const after = reuseUnchanged(before, this.#view());
    this.#participants.set(after);
    for (const participant of newcomers(before, after)) this.#options.onNewParticipant(participant, this);
    for (const participant of newcomers(after, before)) this.#options.onParticipantLeft(participant, this);
  }

  #view(): readonly Participant[] {
    return viewParticipants({
      communication: this.#communication.data,
      slots: this.#server.data.slots ?? {},
      localParticipantId: this.localParticipantId,
      localTrack: (source) => trackOf(this.#deviceOf(source)),
      slotTrack: (mid) => this.#options.link.trackOf(mid),
    });
  }

  #deviceOf(source: Source): DeviceState | undefined {
    if (source === 'camera') return this.localMedia.camera.current;
    return source === 'microphone' ? this.localMedia.microphone.current : undefined;
  }

  /** The link and the own Connection follow the devices. */
  #publishDevices(): void {
    const { camera, microphone, muted } = this.localMedia;
    const publish = () => {
      this.#options.link.setTrack('camera', trackOf(camera.current));
      this.#options.link.setTrack('microphone', trackOf(microphone.current));
      this.#reportPublications();
      this.#refreshLocal();
    };
    const changes = [camera.subscribe(publish), microphone.subscribe(publish), muted.subscribe(publish)];
    this.#cleanUps.push(...changes);
    // A device may have started while the request to join was under way.
    publish();
  }

  #reportPublications(): void {
    const { connection, localMedia } = this.#options;
    const publications = describePublications(localMedia);
    if (JSON.stringify(publications) === JSON.stringify(connection.data.publications)) return;
    connection.set('publications', publications);
  }

  #refreshLocal(): void {
    this.#participants.set(reuseUnchanged(this.#participants.current, this.#view()));
  }

  /** Answers the server's offer, once for each number. */
  #negotiate(): void {
    const description = this.#server.data.connectionDescription;
    if (description === undefined || description.negotiation <= this.#answered) return;
    this.#answered = description.negotiation;
    const publishOn = new Map(Object.entries(this.#server.data.publishOn ?? {})) as ReadonlyMap<
      Source,
      string
    >;
    this.#negotiations
      .run(async () => {
        const sdp = await this.#options.link.accept(description.sdp, publishOn);
        const { negotiation } = description;
        this.#options.connection.set('connectionDescription', { type: 'answer', sdp, negotiation });
        this.#refresh();
      })
      .catch((thrown) => this.#end(toConferenceError(thrown, 'media-failed')));
  }

  /** The peer connection's state changed. */
  handleLinkState(state: RTCPeerConnectionState): void {
    if (this.state.current.name === 'left') return;
    if (state === 'connected') this.state.set({ name: 'connected' });
    if (state === 'disconnected') this.state.set({ name: 'interrupted' });
    // The server hears of it by the deletion of the own Connection.
    if (state === 'failed') this.#end(new ConferenceError('media-failed'));
  }

  setVisible(heights: ReadonlyMap<ParticipantId, number>): void {
    const wanted = Object.fromEntries([...heights].map(([id, height]) => [id, Math.round(height)]));
    const before = JSON.stringify(this.#options.connection.data.wanted);
    if (before !== JSON.stringify(wanted)) this.#options.connection.set('wanted', wanted);
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#options.link.getStats();
  }

  async leave(): Promise<void> {
    if (this.state.current.name === 'left') return;
    const { runtime, hypertyUrl, conferenceUrl } = this.#options;
    const left = runtime.bus.request(
      {
        type: 'execute',
        from: hypertyUrl,
        to: conferenceUrl,
        body: { method: 'leaveRoom', params: { roomId: this.id } },
      },
      { timeoutMs: leaveWithinMs },
    );
    this.#end(undefined);
    // Gone either way: what does not reach the server it notices by itself.
    await left.catch(() => undefined);
  }

  /** The session ended, and the stay with it. */
  handleDisconnected(error: ConferenceError | undefined): void {
    this.#end(error);
  }

  #end(error: ConferenceError | undefined): void {
    if (this.state.current.name === 'left') return;
    this.state.set({ name: 'left', error });
    for (const cleanUp of this.#cleanUps) cleanUp();
    this.#communication.close();
    this.#server.close();
    this.#options.connection.close();
    this.#options.link.close();
    if (this.#options.localMedia === undefined) this.localMedia.close();
    this.#options.onLeft(this);
  }
}

function trackOf(state: DeviceState | undefined): MediaStreamTrack | undefined {
  return state?.name === 'on' ? state.track : undefined;
}

/** What the devices give, as the own Connection says it. */
export function describePublications(localMedia: LocalMedia | undefined): Publications {
  if (localMedia === undefined) return {};
  const { camera, microphone, muted } = localMedia;
  const hasPicture = camera.current.name === 'on';
  const hasSound = microphone.current.name === 'on' && !muted.current;
  return { microphone: { muted: !hasSound }, camera: { muted: !hasPicture } };
}
