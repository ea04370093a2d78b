/** A room as the application sees it while one is in it: signals, chats, devices, and what one asks of the server. */
import type { Clock } from '@plenum/hyperty';
import type {
  ChosenView,
  CommunicationData,
  ConferenceError,
  ConnectionSnapshot,
  ParticipantId,
  Request,
  RoomId,
  RoomSettings,
  View,
} from '@plenum/protocol';
import { viewBroadcast } from './broadcast.ts';
import { RoomChats } from './chats.ts';
import type { OpenSession } from './client-session.ts';
import type { CompositeTracks } from './composite-view.ts';
import type {
  Chat,
  Participant,
  PrivateChat,
  Room,
  RoomPermissions,
  RoomState,
  Signal,
  WaitingPerson,
} from './conference-client-types.ts';
import { ConnectionList } from './connections/connection-list.ts';
import { RoomData } from './data/room-data.ts';
import { PictureLimit } from './decoding/picture-limit.ts';
import { amplitudeOf } from './devices/audio-level.ts';
import { createLocalMedia } from './devices/local-media.ts';
import type { LocalMedia } from './devices/local-media-types.ts';
import { LobbyWatch } from './lobby-watch.ts';
import {
  describePublications,
  localTrackOf,
  obeyModerators,
  sendTracks,
  watchDevices,
} from './local-tracks.ts';
import { permissionsOf } from './permissions.ts';
import { Presence, type PresenceOptions } from './presence.ts';
import { viewRecordings } from './recordings.ts';
import { createRoomActions, type RoomActions } from './room-actions.ts';
import { newcomers, reuseUnchanged, viewParticipants } from './room-view.ts';
import { createSignal, mapSignal, type WritableSignal } from './signal.ts';
import { followSpeaking } from './speaking.ts';
import { watchSpeaking } from './speaking-watch.ts';
import type { Stay } from './stay.ts';

export interface RoomSessionOptions {
  readonly id: RoomId;
  readonly stay: Stay;
  readonly clock: Clock;
  readonly serverUrl: () => string;
  readonly cores: number;
  readonly view: View;
  readonly localMedia: LocalMedia | undefined;
  readonly comeBack: PresenceOptions['comeBack'];
  readonly onNewParticipant: (participant: Participant, room: Room) => void;
  readonly onParticipantLeft: (participant: Participant, room: Room) => void;
  readonly onLeft: (room: RoomSession) => void;
}

export class RoomSession implements Room {
  readonly id: RoomId;
  readonly state: Signal<RoomState>;
  readonly participants: WritableSignal<readonly Participant[]>;
  readonly speaking: Signal<ReadonlySet<ParticipantId>>;
  readonly activeSpeaker: WritableSignal<ParticipantId | undefined>;
  readonly topology: Signal<CommunicationData['topology']>;
  readonly composite: WritableSignal<CompositeTracks | undefined>;
  readonly chosenView: WritableSignal<ChosenView | undefined>;
  readonly connections: Room['connections'];
  readonly decoding: Room['decoding'];
  readonly settings: Signal<RoomSettings>;
  readonly recording: Room['recording'];
  readonly broadcast: Room['broadcast'];
  readonly permissions: WritableSignal<RoomPermissions>;
  readonly chat: Chat;
  readonly privateChats: Signal<readonly PrivateChat[]>;
  readonly waiting: Signal<readonly WaitingPerson[]>;
  readonly localMedia: LocalMedia;
  readonly files: Room['files'];
  readonly sendFile: Room['sendFile'];
  readonly react: Room['react'];
  readonly onReaction: Room['onReaction'];
  readonly signalCursor: Room['signalCursor'];
  readonly onCursor: Room['onCursor'];
  readonly openPrivateChat: Room['openPrivateChat'];
  readonly raiseHand: RoomActions['raiseHand'];
  readonly mute: RoomActions['mute'];
  readonly allowSources: RoomActions['allowSources'];
  readonly setRole: RoomActions['setRole'];
  readonly remove: RoomActions['remove'];
  readonly admit: RoomActions['admit'];
  readonly refuse: RoomActions['refuse'];
  readonly changeSettings: RoomActions['changeSettings'];
  readonly startRecording: RoomActions['startRecording'];
  readonly stopRecording: RoomActions['stopRecording'];
  readonly recordings: RoomActions['recordings'];
  readonly startBroadcast: RoomActions['startBroadcast'];
  readonly stopBroadcast: RoomActions['stopBroadcast'];
  readonly closeForAll: RoomActions['closeForAll'];
  readonly #options: RoomSessionOptions;
  readonly #room: WritableSignal<CommunicationData>;
  readonly #chats: RoomChats;
  readonly #lobby: LobbyWatch;
  readonly #connections: ConnectionList;
  readonly #data: RoomData;
  readonly #pictures: PictureLimit;
  readonly #cleanUps: (() => void)[] = [];
  readonly #presence: Presence;

  constructor(options: RoomSessionOptions) {
    const { stay, clock } = options;
    this.id = options.id;
    this.#options = options;
    this.#presence = new Presence({
      stay,
      clock,
      view: options.view,
      comeBack: options.comeBack,
      onChanged: () => this.#refresh(),
      onReplaced: (another) => this.#follow(another),
      onEnded: () => this.#close(),
    });
    this.state = this.#presence.state;
    this.localMedia = options.localMedia ?? createLocalMedia();
    this.#room = createSignal(stay.communication.data);
    this.participants = createSignal<readonly Participant[]>([]);
    this.activeSpeaker = createSignal<ParticipantId | undefined>(undefined);
    this.topology = mapSignal(this.#room, ({ topology }) => topology);
    this.composite = createSignal<CompositeTracks | undefined>(undefined);
    this.chosenView = createSignal<ChosenView | undefined>(undefined);
    this.#connections = new ConnectionList({
      clock,
      connections: () => this.#stay.media.connections,
      carriedBy: (peer) => this.#stay.media.carriedBy(peer),
      onEstablished: (report) => this.#stay.tellConnected(report),
      onFailed: (report) => this.#stay.tellFailed(report),
    });
    this.#connections.refresh();
    this.connections = this.#connections.reports;
    this.settings = mapSignal(this.#room, ({ settings }) => settings);
    this.recording = mapSignal(this.#room, ({ recording }) => recording);
    // In two steps, so that it is another only where what the room says of it is.
    const broadcast = mapSignal(this.#room, (room) => room.broadcast);
    this.broadcast = mapSignal(broadcast, (data) =>
      viewBroadcast(data, { roomId: options.id, serverUrl: options.serverUrl() }),
    );
    this.permissions = createSignal(permissionsOf(this.#self));
    this.#chats = new RoomChats(stay);
    this.chat = this.#chats.everybody;
    this.privateChats = this.#chats.private;
    this.openPrivateChat = (participantId) => this.#chats.open(participantId);
    this.#data = new RoomData(stay, clock);
    const data = this.#data;
    this.files = data.files;
    this.sendFile = (file, to) => data.sendFile(file, to);
    this.react = (emoji) => data.react(emoji);
    this.onReaction = (listener) => data.onReaction(listener);
    this.signalCursor = (x, y) => data.signalCursor(x, y);
    this.onCursor = (listener) => data.onCursor(listener);
    this.#lobby = new LobbyWatch(stay);
    this.waiting = this.#lobby.waiting;
    const actions = createRoomActions(
      (method, params) => this.#stay.execute(method, params),
      (answer) => viewRecordings(answer, { roomId: options.id, serverUrl: options.serverUrl() }),
    );
    this.raiseHand = actions.raiseHand;
    this.mute = actions.mute;
    this.allowSources = actions.allowSources;
    this.setRole = actions.setRole;
    this.remove = actions.remove;
    this.admit = actions.admit;
    this.refuse = actions.refuse;
    this.changeSettings = actions.changeSettings;
    this.startRecording = actions.startRecording;
    this.stopRecording = actions.stopRecording;
    this.recordings = actions.recordings;
    this.startBroadcast = actions.startBroadcast;
    this.stopBroadcast = actions.stopBroadcast;
    this.closeForAll = actions.closeForAll;
    this.#pictures = new PictureLimit({
      clock,
      cores: options.cores,
      getStats: () => this.getStats(),
      participants: this.participants,
      activeSpeaker: this.activeSpeaker,
      composite: this.composite,
      want: (wanted) => this.#presence.want(wanted),
    });
    this.decoding = this.#pictures.decoding;
    this.#cleanUps.push(
      this.decoding.subscribe((decoding) => this.#presence.setBehind(decoding === 'fewer')),
    );
    const watch = watchSpeaking(() => this.#levels(), clock);
    this.speaking = watch.speaking;
    this.#cleanUps.push(watch.stop, () => this.#connections.close());
    this.#cleanUps.push(watch.speaking.subscribe(() => this.#followSpeaker()));
    this.#cleanUps.push(watchDevices(this.localMedia, () => this.#handleDevices()));
    // A device may have started while the request to join was under way.
    this.#handleDevices();
    this.#lobby.follow(this.permissions.current.moderate);
    this.#presence.begin();
  }

  get #stay(): Stay {
    return this.#presence.stay;
  }

  get localParticipantId(): ParticipantId {
    return this.#stay.participantId;
  }

  get #self(): CommunicationData['participants'][string] | undefined {
    return this.#stay.communication.data.participants[this.#stay.participantId];
  }

  #levels(): ReadonlyMap<ParticipantId, number> {
    const isSilent = this.localMedia.muted.current;
    const own = isSilent ? 0 : amplitudeOf(this.localMedia.level());
    return new Map([...this.#stay.media.levels(), [this.localParticipantId, own]]);
  }

  #refresh(): void {
    this.#connections.refresh();
    this.#room.set(this.#stay.communication.data);
    this.#data.handleRoom(this.#stay.communication.data);
    this.permissions.set(permissionsOf(this.#self, this.permissions.current));
    this.#followSpeaker();
    this.#followComposite();
    const before = this.participants.current;
    const after = reuseUnchanged(before, this.#view());
    this.participants.set(after);
    obeyModerators(this.localMedia, before, after);
    this.#lobby.follow(this.permissions.current.moderate);
    for (const participant of newcomers(before, after)) this.#options.onNewParticipant(participant, this);
    for (const participant of newcomers(after, before)) this.#options.onParticipantLeft(participant, this);
  }

  /** The media server hears everybody; where media goes directly each listens for themselves. */
  #followSpeaker(): void {
    const { plan, activeSpeaker } = this.#stay.communication.data;
    const before = this.activeSpeaker.current;
    this.activeSpeaker.set(plan === 'sfu' ? activeSpeaker : followSpeaking(before, this.speaking.current));
  }

  #followComposite(): void {
    const [before, after] = [this.composite.current, this.#stay.media.composite];
    const isSame =
      before?.picture === after?.picture &&
      before?.sound === after?.sound &&
      before?.isPictureLeftOut === after?.isPictureLeftOut;
    const chosen = this.#stay.media.chosenView;
    // First, so that whoever sees the one picture come knows why.
    if (this.chosenView.current?.reason !== chosen?.reason) this.chosenView.set(chosen);
    if (!isSame) this.composite.set(after);
  }

  #view(): readonly Participant[] {
    return viewParticipants({
      communication: this.#stay.communication.data,
      lost: this.#stay.media.lost,
      unreachable: this.#stay.media.unreachable,
      localParticipantId: this.localParticipantId,
      localTrack: (source) => localTrackOf(this.localMedia, source),
      remoteTrack: (id, source) => this.#stay.media.trackOf(id, source),
      isPaused: (id, source) => this.#stay.media.isPaused(id, source),
    });
  }

  /** The link and the own Connection follow the devices. */
  #handleDevices(): void {
    this.#publish();
    this.participants.set(reuseUnchanged(this.participants.current, this.#view()));
  }

  #publish(): void {
    sendTracks(this.#stay, this.localMedia);
    this.#stay.publish(describePublications(this.#options.localMedia));
  }

  /** One is in the room anew. */
  #follow(stay: Stay): void {
    this.#publish();
    this.#chats.follow(stay);
    this.#data.follow(stay);
    this.#lobby.replace(stay);
    this.#refresh();
  }

  /** A private chat that somebody opened, or an end of one; says whether it is this room's. */
  handlePrivateChat(url: string, snapshot: unknown): boolean {
    return this.#chats.handleOffered(url, snapshot);
  }

  /** Somebody in the room brings its half of a link to it. @throws ConferenceError where there is to be none. */
  handleConnection(snapshot: ConnectionSnapshot): void {
    this.#stay.handleConnection(snapshot);
  }

  /** The room tells that one is in it no more; says whether it is this room. */
  handleDismissal(message: Request): boolean {
    return this.#stay.handleDismissal(message);
  }

  /** A session's link was lost, or is there again: perhaps not of the one that carries it. */
  handleSessionState(session: OpenSession): void {
    if (this.#stay.session === session) this.#presence.handleSessionState();
  }

  /** A session is no more: perhaps not the one that carries it. */
  handleSessionLost(session: OpenSession, error: ConferenceError): void {
    if (this.#stay.session === session) this.#presence.handleSessionLost(error);
  }

  setVisible(heights: ReadonlyMap<ParticipantId, number>): void {
    this.#pictures.want(Object.fromEntries([...heights].map(([id, height]) => [id, Math.round(height)])));
  }

  setView(view: View): void {
    this.#presence.setView(view);
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#stay.media.getStats();
  }

  leave(): Promise<void> {
    return this.#presence.leave();
  }

  #close(): void {
    for (const cleanUp of this.#cleanUps) cleanUp();
    this.#pictures.close();
    this.#chats.close();
    this.#data.close();
    this.#lobby.close();
    if (this.#options.localMedia === undefined) this.localMedia.close();
    this.#options.onLeft(this);
  }
}
