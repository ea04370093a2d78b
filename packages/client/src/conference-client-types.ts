/** What an application sees of a conference. All values are snapshots: a change makes new ones. */
import type {
  ChosenView,
  ConferenceError,
  InvitationResult,
  Kind,
  ParticipantId,
  Role,
  RoomId,
  RoomSettings,
  Source,
  Topology,
  View,
} from '@plenum/protocol';
import type { CompositeTracks } from './composite-view.ts';
import type { ConnectionReport } from './connections/connection-report.ts';
import type { Cursor, FileTransfer, IncomingFile, Reaction } from './data/file-types.ts';
import type { LocalMedia } from './devices/local-media-types.ts';
import type { PacketTime } from './packet-time.ts';
import type { BroadcastState, Recording, RecordingState } from './room-output-types.ts';

/** A value that changes: read `current`, and be called after each change. What `subscribe` returns ends it. */
export interface Signal<T> {
  readonly current: T;
  subscribe(listener: (value: T) => void): () => void;
}

/** Somebody in the room, oneself included. */
export interface Participant {
  readonly id: ParticipantId;
  readonly name: string;
  /** Whether this is the own browser. */
  readonly isLocal: boolean;
  /**
   * `reconnecting` while its link for media is lost; `unreachable` where none could be made straight to it: it is tried again
   * and again, and `Room.connections` says what failed.
   */
  readonly status: 'live' | 'reconnecting' | 'unreachable';
  readonly role: Role;
  /** Since when the hand is up, ISO 8601, to put hands in order; undefined while it is down. */
  readonly hand: string | undefined;
  /** What it may publish now; a moderator can change it. */
  readonly mayPublish: readonly Source[];
  readonly userUrl: string;
  readonly hypertyUrl: string;
  /** What is published; a source that is absent is not. `muted` is what everybody sees as muted or stopped. */
  readonly microphone: Publication | undefined;
  readonly camera: Publication | undefined;
  /** What somebody shares of their screen, and what is heard on it; several people may share at once. */
  readonly screen: Publication | undefined;
  readonly screenAudio: Publication | undefined;
}

export interface Publication {
  readonly source: Source;
  readonly muted: boolean;
  /** The moderator who muted it, until it is started again. */
  readonly mutedBy: ParticipantId | undefined;
  /**
   * The track to show or play. Absent while muted, or while the participant has no slot (out of sight, or not
   * among the loudest): draw initials then.
   */
  readonly track: MediaStreamTrack | undefined;
  /** Left out for now, since the way from there to here does not carry it; it comes back by itself. */
  readonly isPaused?: boolean | undefined;
}

/** Where the stay in a room stands. */
export type RoomState =
  | { readonly name: 'connecting' }
  | { readonly name: 'connected' }
  /** The link for media was interrupted, and is being mended: by ICE, an ICE restart, then a new link. */
  | { readonly name: 'interrupted' }
  /** The server cannot be reached, and is tried again and again. Media may flow all the while. */
  | { readonly name: 'reconnecting' }
  /** The server has been reached again, and one waits in the lobby to be let in again. */
  | { readonly name: 'waiting' }
  /** Final. `error` is absent after the own leaving. */
  | { readonly name: 'left'; readonly error: ConferenceError | undefined };

/** One line of a chat. */
export interface ChatMessage {
  readonly id: string;
  readonly text: string;
  readonly participantId: ParticipantId;
  /** Who wrote it, as they were called then; they may have left since. */
  readonly authorName: string;
  readonly isOwn: boolean;
  /** ISO 8601, of the server. */
  readonly created: string;
}

/** A chat with its history. All methods reject with a ConferenceError such as `not-authorized` or `rate-limited`. */
export interface Chat {
  /** Oldest first. */
  readonly messages: Signal<readonly ChatMessage[]>;
  /** Resolves when the server has it. 1 to 4,000 characters. */
  send(text: string): Promise<void>;
  /** One's own; moderators anybody's. */
  remove(messageId: string): Promise<void>;
}

/** A chat that two people see. */
export interface PrivateChat extends Chat {
  /** The other one. */
  readonly participantId: ParticipantId;
}

/** Somebody who waits to be let in. */
export interface WaitingPerson {
  readonly participantId: ParticipantId;
  readonly name: string;
  readonly userUrl: string;
  /** ISO 8601. */
  readonly since: string;
}

/** What one may do in a room now, as role, token and moderators leave it. The server decides; this is for buttons. */
export interface RoomPermissions {
  readonly publish: readonly Source[];
  readonly chat: boolean;
  readonly invite: boolean;
  /** Mute, remove, admit, lock, take hands down. */
  readonly moderate: boolean;
  /** Make moderators and owners, end the room for everybody. */
  readonly own: boolean;
  /** Open other rooms. */
  readonly createRooms: boolean;
}

export interface GuestLink {
  readonly url: string;
  /** ISO 8601. */
  readonly expires: string;
}

/**
 * What this device is sent of the pictures that are asked for: `smaller`, or fewer and smaller ones, while it cannot decode them
 * in time. Sound and screens are always sent; more is tried again by itself.
 */
export type Decoding = 'all' | 'smaller' | 'fewer';

/** One's own stay in a room, from `joinRoom` until `leaveRoom`. */
export interface Room {
  readonly id: RoomId;
  readonly localParticipantId: ParticipantId;
  readonly state: Signal<RoomState>;
  /** In order of joining, oneself included; drawn from the Communication object. */
  readonly participants: Signal<readonly Participant[]>;
  /** Who speaks now, judged by what is heard here and by the own microphone; steady, updated within 200 ms. */
  readonly speaking: Signal<ReadonlySet<ParticipantId>>;
  /** Who is or was the last to speak, for layouts that follow the speaker. */
  readonly activeSpeaker: Signal<ParticipantId | undefined>;
  readonly topology: Signal<Topology>;
  /**
   * Everybody as one picture and one sound, made by the server, while that is shown: participants have no tracks of their own
   * then. Undefined while everybody is shown by themselves.
   */
  readonly composite: Signal<CompositeTracks | undefined>;
  /**
   * What one wants to see: everybody by themselves (`streams`), or the `composite`, which costs this device and its line the same however
   * many there are. `auto` leaves it to the server: as the room was opened, or the composite where this device or its line does not carry
   * everybody by themselves. It goes over once what is wanted has come, and where there is no mixer it stays.
   */
  setView(view: View): void;
  /** What the server chose, and why, while it is something else than what the room was opened for; never without `auto`. */
  readonly chosenView: Signal<ChosenView | undefined>;
  /**
   * One for each RTCPeerConnection: to the server, or in a mesh to each of the others. Their stages are always up to date;
   * paths and traffic are looked at a while after one has connected, and every two seconds while there is a subscriber.
   */
  readonly connections: Signal<readonly ConnectionReport[]>;
  readonly decoding: Signal<Decoding>;
  /** Whether what is heard and seen of everybody is being written down; undefined while it is not. One that failed says so until the next. */
  readonly recording: Signal<RecordingState | undefined>;
  /** Whether what is heard and seen of everybody is shown to an audience; undefined while it is not. One that failed says so until the next. */
  readonly broadcast: Signal<BroadcastState | undefined>;
  readonly settings: Signal<RoomSettings>;
  readonly permissions: Signal<RoomPermissions>;
  /** Everybody's; its history is there soon after joining. */
  readonly chat: Chat;
  /** Those that exist, also such as others opened. */
  readonly privateChats: Signal<readonly PrivateChat[]>;
  /** Files that others send to here, oldest first; gone with the room. */
  readonly files: Signal<readonly IncomingFile[]>;
  /** Who waits to be let in, longest first. Empty for who does not moderate. */
  readonly waiting: Signal<readonly WaitingPerson[]>;
  readonly localMedia: LocalMedia;
  /** Tells which participants are on screen and how tall (CSS pixels times device pixel ratio); others get no video slot. */
  setVisible(heights: ReadonlyMap<ParticipantId, number>): void;
  /** Opens a chat that only the two see, or gives the one there is. */
  openPrivateChat(participantId: ParticipantId): Promise<PrivateChat>;
  /**
   * Offers a file to others, to everybody who is in the room now unless some are named; each may take it or not.
   * @throws ConferenceError `not-authorized`, `participant-not-found` where there is nobody to send it to.
   */
  sendFile(file: Blob & { readonly name?: string }, to?: readonly ParticipantId[]): FileTransfer;
  /** Shows an emoji to everybody, who may miss it. @throws ConferenceError `not-authorized`, `rate-limited`, `bad-request`. */
  react(emoji: string): void;
  /** One's own reactions too. What it returns ends the listening. */
  onReaction(listener: (reaction: Reaction) => void): () => void;
  /**
   * Shows everybody where one points, 0 to 1 from the left and from the top; as often as one likes, the latest counts.
   * @throws ConferenceError `not-authorized`, `bad-request`.
   */
  signalCursor(x: number, y: number): void;
  onCursor(listener: (cursor: Cursor) => void): () => void;
  /** One's own hand; moderators may take another's down. */
  raiseHand(isRaised: boolean, participantId?: ParticipantId): Promise<void>;
  /** Stops somebody's source at the media server; they may start it again. For moderators, as all that follows. */
  mute(participantId: ParticipantId, source: Source): Promise<void>;
  /** What somebody may publish from now on. */
  allowSources(participantId: ParticipantId, sources: readonly Source[]): Promise<void>;
  setRole(participantId: ParticipantId, role: Role): Promise<void>;
  remove(
    participantId: ParticipantId,
    options?: { readonly reason?: string; readonly isBanned?: boolean },
  ): Promise<void>;
  admit(participantId: ParticipantId): Promise<void>;
  refuse(participantId: ParticipantId, reason?: string): Promise<void>;
  changeSettings(settings: Partial<RoomSettings>): Promise<void>;
  /**
   * Records everybody on the server: as one picture and one sound (`composite`), each source of everybody by itself as it comes
   * (`tracks`), or both; without either as the server's operator wants it. Where one runs it goes on as it was begun.
   * @throws ConferenceError `recording-unavailable`, `mixer-unavailable`, `storage-full`, `storage-failed`, `not-authorized`, or `aborted`
   * where it was stopped before it began.
   */
  startRecording(content?: { readonly composite?: boolean; readonly tracks?: boolean }): Promise<void>;
  /** Resolves when it is whole; also where there is none. */
  stopRecording(): Promise<void>;
  /** Those since the room opened, and those while which one moderated; newest first. */
  recordings(): Promise<readonly Recording[]>;
  /**
   * Shows everybody as one picture and one sound: to whoever knows the room's name, or with a `key` (`createBroadcastKey()`) to whoever has
   * the link, which cannot be guessed. Where that is done already it goes on as it was begun.
   * @throws ConferenceError `broadcast-unavailable`, `not-authorized`.
   */
  startBroadcast(audience?: { readonly key?: string | undefined }): Promise<void>;
  /** Also where there is none. */
  stopBroadcast(): Promise<void>;
  /** Ends the room for everybody. For owners. */
  closeForAll(reason?: string): Promise<void>;
  /** Leaves; resolves when the server has confirmed or cannot be reached. May be called more than once. */
  leave(): Promise<void>;
  /** Statistics of every RTCPeerConnection, each one's behind the name of whom it leads to. */
  getStats(): Promise<RTCStatsReport>;
}

export interface ConferenceClientOptions {
  /** Where the server is; the page's own origin unless given. `http(s)` or `ws(s)`. */
  readonly serverUrl?: string | undefined;
  /** The domain of the conference server's addresses; the server's host name unless given. */
  readonly domain?: string | undefined;
  /** Requests reject with `timeout` after this long. 15,000 unless given. */
  readonly requestTimeoutMs?: number | undefined;
  /** Says who one is and what one may; without it one is a guest. Asked again when the one before has expired. */
  readonly accessToken?: string | (() => Promise<string>) | undefined;
  /**
   * Keeps who a guest is over a reload of the page, such as in `sessionStorage`. Not kept unless given. An `accessToken`
   * that the page did not have before goes before what is kept.
   */
  readonly identityStore?: IdentityStore | undefined;
}

/** Holds one short secret text. */
export interface IdentityStore {
  load(): string | undefined;
  save(token: string): void;
}

export interface JoinOptions {
  /** As others see it: 1 to 80 characters. */
  readonly name: string;
  /** What to publish. Without it one only listens and looks. */
  readonly localMedia?: LocalMedia | undefined;
  /** Applies when the visit creates the room. */
  readonly topology?: Topology | undefined;
  /**
   * Milliseconds of sound in each packet that is sent; 20 unless given. Longer packets spare weak devices and thin
   * networks work (16 instead of 50 packets a second at 60), and each one lost is missed more.
   */
  readonly audioPacketTime?: PacketTime | undefined;
  /** What to see; `auto` unless given. See `Room.setView`. */
  readonly view?: View | undefined;
  /** Called once where one has to wait in the lobby; `joinRoom` resolves when one is let in. */
  readonly onWaiting?: (() => void) | undefined;
  /** Ends the attempt; `joinRoom` then rejects with `aborted` and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}

/** Somebody asks this client into a room. */
export interface Invitation {
  readonly roomId: RoomId;
  readonly title: string;
  readonly from: { readonly name: string; readonly userUrl: string };
  /** Joins the room. */
  accept(options: JoinOptions): Promise<Room>;
  /** The reason is told to whoever invited. May be called more than once. */
  decline(reason?: string): void;
}

export interface InviteOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface LeaveOptions {
  /**
   * Ends the waiting for the server's word: `leaveRoom` then rejects with `aborted`. One has left all the same, unless it was
   * called off before.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface ListenOptions {
  /** Ends the listening, as what is returned does. */
  readonly signal?: AbortSignal | undefined;
}

/** A link that lets in whoever has it, without an account and past the lobby. */
export interface GuestLinkRequest {
  readonly guestLink: {
    readonly role?: 'participant' | 'listener' | undefined;
    /** 60 to 2,592,000 (30 days); a day unless given. */
    readonly validForSeconds?: number | undefined;
  };
}

export interface CreateRoomOptions extends InviteOptions {
  readonly topology?: Topology | undefined;
  readonly settings?: Partial<RoomSettings> | undefined;
}

/** The client conference hyperty: joins rooms and tells who comes and goes. */
export interface ConferenceClientApi {
  /** Opens the session ahead of `joinRoom`, which then takes one round trip. Not needed otherwise. */
  connect(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** The own user URL, by which others invite; undefined until the session is open. */
  readonly userUrl: Signal<string | undefined>;
  /**
   * Called for every invitation; from the first listener on this client can be found by its user URL, also after its session
   * was lost. What it returns ends the listening, and with the last one the being found. An invitation that nobody accepts or declines is told as unanswered.
   */
  addListener(listener: (invitation: Invitation) => void, options?: ListenOptions): () => void;
  /**
   * Rings at users by user URL or hyperty URL, and resolves when each has answered or a minute is over.
   * @throws ConferenceError `room-not-found`, `not-authorized`, `aborted` …
   */
  invite(
    users: string | readonly string[],
    roomId: string,
    options?: InviteOptions,
  ): Promise<readonly InvitationResult[]>;
  invite(request: GuestLinkRequest, roomId: string, options?: InviteOptions): Promise<GuestLink>;
  /** Opens a room without entering it. @throws ConferenceError `room-exists`, `not-authorized`. */
  createRoom(roomId: string, options?: CreateRoomOptions): Promise<void>;
  /**
   * Enters a room, which the visit creates where it does not exist. Resolves once the server has admitted; media
   * follows (`room.state`).
   * @throws ConferenceError such as `refused`, `room-locked`, `banned`, `guests-refused`, `room-closed`,
   * `capacity-exceeded`, `timeout`, `aborted`, `disconnected`.
   */
  joinRoom(roomId: string, options: JoinOptions): Promise<Room>;
  /**
   * Leaves, and resolves when the server has confirmed or cannot be reached for some seconds.
   * @throws ConferenceError `room-not-found` where one is not in it, `aborted`.
   */
  leaveRoom(roomId: string, options?: LeaveOptions): Promise<void>;
  /** Called for everybody who enters a room that this client is in. What it returns ends it. */
  onNewParticipant(
    listener: (participant: Participant, room: Room) => void,
    options?: ListenOptions,
  ): () => void;
  onParticipantLeft(
    listener: (participant: Participant, room: Room) => void,
    options?: ListenOptions,
  ): () => void;
  /** Leaves all rooms and ends the session. */
  close(): Promise<void>;
}

export type { ChosenView, CompositeTracks, InvitationResult, Kind, Role, RoomSettings, View };
