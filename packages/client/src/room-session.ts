/**
 * One's stay in a room as the application sees it. What it is made of (session, objects, link) may be lost and made anew
 * while it lasts; it ends when one leaves, or when the server says that there is no way back.
 */
import type { Clock, RequestOptions } from '@plenum/hyperty';
import {
  type CommunicationData,
  ConferenceError,
  type ConferenceMethod,
  type ParamsOf,
  type ParticipantId,
  type Publications,
  type ResultOf,
  type RoomId,
  type RoomSettings,
  type Source,
  toConferenceError,
} from '@plenum/protocol';
import { RoomChats } from './chats.ts';
import { comeBack } from './comeback.ts';
import type {
  Chat,
  DeviceState,
  LocalMedia,
  Participant,
  PrivateChat,
  Room,
  RoomPermissions,
  RoomState,
  Signal,
  WaitingPerson,
} from './conference-client-types.ts';
import { amplitudeOf } from './devices/audio-level.ts';
import { createLocalMedia } from './devices/local-media.ts';
import { LobbyWatch } from './lobby-watch.ts';
import { pause } from './pause.ts';
import { permissionsOf } from './permissions.ts';
import { Recovery, type RecoveryState } from './recovery.ts';
import { createRoomActions, type RoomActions } from './room-actions.ts';
import { newcomers, reuseUnchanged, viewParticipants } from './room-view.ts';
import { createSignal, mapSignal, type WritableSignal } from './signal.ts';
import { watchSpeaking } from './speaking-watch.ts';
import type { Stay } from './stay.ts';

export interface RoomSessionOptions {
  readonly id: RoomId;
  readonly stay: Stay;
  readonly clock: Clock;
  readonly localMedia: LocalMedia | undefined;
  /** Joins again as the same participant. */
  readonly comeBack: (how: {
    readonly as: ParticipantId;
    readonly signal: AbortSignal;
    readonly onWaiting: () => void;
  }) => Promise<Stay>;
  readonly onNewParticipant: (participant: Participant, room: Room) => void;
  readonly onParticipantLeft: (participant: Participant, room: Room) => void;
  readonly onLeft: (room: RoomSession) => void;
}

/** How long a leaving waits for the server's word; and how long the server is told, should it be out of reach. */
const leaveWithinMs = 3_000;
const tellWithinMs = 60_000;

export class RoomSession implements Room {
  readonly id: RoomId;
  readonly state: WritableSignal<RoomState> = createSignal<RoomState>({ name: 'connecting' });
  readonly participants: WritableSignal<readonly Participant[]>;
  readonly speaking: Signal<ReadonlySet<ParticipantId>>;
  readonly activeSpeaker: Signal<ParticipantId | undefined>;
  readonly topology: Signal<CommunicationData['topology']>;
  readonly settings: Signal<RoomSettings>;
  readonly permissions: Signal<RoomPermissions>;
  readonly chat: Chat;
  readonly privateChats: Signal<readonly PrivateChat[]>;
  readonly waiting: Signal<readonly WaitingPerson[]>;
  readonly localMedia: LocalMedia;
  readonly openPrivateChat: Room['openPrivateChat'];
  readonly raiseHand: RoomActions['raiseHand'];
  readonly mute: RoomActions['mute'];
  readonly allowSources: RoomActions['allowSources'];
  readonly setRole: RoomActions['setRole'];
  readonly remove: RoomActions['remove'];
  readonly admit: RoomActions['admit'];
  readonly refuse: RoomActions['refuse'];
  readonly changeSettings: RoomActions['changeSettings'];
  readonly closeForAll: RoomActions['closeForAll'];
  readonly #options: RoomSessionOptions;
  readonly #room: WritableSignal<CommunicationData>;
  readonly #chats: RoomChats;
  readonly #lobby: LobbyWatch;
  readonly #ending = new AbortController();
  readonly #cleanUps: (() => void)[] = [];
  #stay: Stay;
  #recovery: Recovery;
  #comingBack: 'no' | 'trying' | 'waiting' = 'no';
  /** Media flowed once: from then on it is brought back, whatever happens. */
  #wasConnected = false;
  #wanted: Readonly<Record<string, number>> | undefined;

  constructor(options: RoomSessionOptions) {
    const { stay, clock } = options;
    this.id = options.id;
    this.#options = options;
    this.#stay = stay;
    this.localMedia = options.localMedia ?? createLocalMedia();
    this.#room = createSignal(stay.communication.data);
    this.participants = createSignal<readonly Participant[]>([]);
    this.activeSpeaker = mapSignal(this.#room, ({ activeSpeaker }) => activeSpeaker);
    this.topology = mapSignal(this.#room, ({ topology }) => topology);
    this.settings = mapSignal(this.#room, ({ settings }) => settings);
    const permissions = createSignal(permissionsOf(this.#self));
    this.permissions = permissions;
    this.#cleanUps.push(
      this.#room.subscribe(() => permissions.set(permissionsOf(this.#self, permissions.current))),
    );
    this.#chats = new RoomChats(stay);
    this.chat = this.#chats.everybody;
    this.privateChats = this.#chats.private;
    this.openPrivateChat = (participantId) => this.#chats.open(participantId);
    this.#lobby = new LobbyWatch(stay);
    this.waiting = this.#lobby.waiting;
    const actions = createRoomActions((method, params) => this.#execute(method, params));
    this.raiseHand = actions.raiseHand;
    this.mute = actions.mute;
    this.allowSources = actions.allowSources;
    this.setRole = actions.setRole;
    this.remove = actions.remove;
    this.admit = actions.admit;
    this.refuse = actions.refuse;
    this.changeSettings = actions.changeSettings;
    this.closeForAll = actions.closeForAll;
    const watch = watchSpeaking(() => this.#levels(), clock);
    this.speaking = watch.speaking;
    this.#cleanUps.push(watch.stop);
    this.#recovery = this.#enter(stay);
    this.#publishDevices();
    this.participants.set(this.#view());
    this.#lobby.follow(this.permissions.current.moderate);
  }

  get localParticipantId(): ParticipantId {
    return this.#stay.participantId;
  }

  /** The session that carries it now. */
  get session(): Stay['session'] {
    return this.#stay.session;
  }

  get communicationUrl(): string {
    return this.#stay.communication.url;
  }

  get #self(): CommunicationData['participants'][string] | undefined {
    return this.#stay.communication.data.participants[this.#stay.participantId];
  }

  #execute<M extends ConferenceMethod>(
    method: M,
    params: Omit<ParamsOf<M>, 'roomId'>,
    options: RequestOptions = {},
  ): Promise<ResultOf<M>> {
    return this.#stay.execute(method, params, options);
  }

  /** Everything follows this stay from now on. */
  #enter(stay: Stay): Recovery {
    this.#stay = stay;
    const recovery = new Recovery(this.#options.clock, {
      isSessionOpen: () => stay.session.runtime.state === 'open',
      checkSession: () => stay.session.runtime.checkLink(),
      receivedBytes: () => stay.link.receivedBytes(),
      restartIce: () => stay.askForIceRestart(),
      makeNewLink: () => void this.#comeBack(),
      giveUp: () => this.#handleEnded(new ConferenceError('media-failed')),
      onState: (state) => this.#handleRecovery(state),
    });
    stay.listen({
      onRoomChanged: () => this.#refresh(),
      onSlotsChanged: () => this.#refresh(),
      onLinkState: (state) => recovery.handleLinkState(state),
      onEnded: (error) => this.#handleEnded(error),
    });
    // It may have connected before anybody listened.
    recovery.handleLinkState(stay.link.state);
    return recovery;
  }

  #handleRecovery(state: RecoveryState): void {
    if (state === 'flowing') this.#wasConnected = true;
    this.#showState(state);
  }

  #showState(recovery: RecoveryState): void {
    if (this.state.current.name === 'left') return;
    const isSessionOpen = this.#stay.session.runtime.state === 'open';
    if (this.#comingBack === 'waiting') this.#setState('waiting');
    else if (this.#comingBack === 'trying' || !isSessionOpen) this.#setState('reconnecting');
    else if (recovery === 'flowing' || recovery === 'proving') this.#setState('connected');
    else this.#setState(recovery === 'connecting' ? 'connecting' : 'interrupted');
  }

  #setState(name: Exclude<RoomState['name'], 'left'>): void {
    if (this.state.current.name !== name) this.state.set({ name });
  }

  #levels(): ReadonlyMap<ParticipantId, number> {
    const heard = Object.entries(this.#stay.slots).flatMap(([mid, slot]) =>
      slot.kind === 'audio' && slot.participantId !== undefined
        ? [[slot.participantId, this.#stay.link.levelOf(mid)] as const]
        : [],
    );
    const isSilent = this.localMedia.muted.current;
    const own = isSilent ? 0 : amplitudeOf(this.localMedia.level());
    return new Map([...heard, [this.localParticipantId, own]]);
  }

  #refresh(): void {
    this.#room.set(this.#stay.communication.data);
    const before = this.participants.current;
    const after = reuseUnchanged(before, this.#view());
    this.participants.set(after);
    this.#obeyModerators(before, after);
    this.#lobby.follow(this.permissions.current.moderate);
    for (const participant of newcomers(before, after)) this.#options.onNewParticipant(participant, this);
    for (const participant of newcomers(after, before)) this.#options.onParticipantLeft(participant, this);
  }

  /** What the server has stopped already, the devices stop too: the button says what is so. */
  #obeyModerators(before: readonly Participant[], after: readonly Participant[]): void {
    const [was, is] = [before, after].map((people) => people.find(({ isLocal }) => isLocal));
    const isStopped = (source: 'microphone' | 'camera') => {
      const isMutedNow = is?.[source]?.mutedBy !== undefined && was?.[source]?.mutedBy === undefined;
      return isMutedNow || (is !== undefined && !is.mayPublish.includes(source));
    };
    if (isStopped('microphone')) this.localMedia.mute();
    if (isStopped('camera') && this.localMedia.camera.current.name !== 'off') this.localMedia.stopCamera();
  }

  #view(): readonly Participant[] {
    return viewParticipants({
      communication: this.#stay.communication.data,
      slots: this.#stay.slots,
      localParticipantId: this.localParticipantId,
      localTrack: (source) => trackOf(this.#deviceOf(source)),
      slotTrack: (mid) => this.#stay.link.trackOf(mid),
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
      this.#publish();
      this.participants.set(reuseUnchanged(this.participants.current, this.#view()));
    };
    this.#cleanUps.push(camera.subscribe(publish), microphone.subscribe(publish), muted.subscribe(publish));
    // A device may have started while the request to join was under way.
    publish();
  }

  #publish(): void {
    this.#stay.link.setTrack('camera', trackOf(this.localMedia.camera.current));
    this.#stay.link.setTrack('microphone', trackOf(this.localMedia.microphone.current));
    this.#stay.publish(describePublications(this.#options.localMedia));
  }

  /** A private chat that somebody opened, or an end of one; says whether it is this room's. */
  handlePrivateChat(url: string, snapshot: unknown): boolean {
    return this.#chats.handleOffered(url, snapshot);
  }

  /** The session's link was lost, or is there again. */
  handleSessionState(): void {
    if (this.#stay.session.runtime.state === 'open') this.#recovery.handleSessionBack();
    if (this.#stay.session.runtime.state === 'resuming') this.#showState('flowing');
  }

  /** The session is no more, and the stay with it. */
  handleSessionLost(error: ConferenceError): void {
    this.#handleEnded(error);
  }

  #handleEnded(error: ConferenceError): void {
    // With an expired token one may get another: whoever made the client is asked for it.
    const mayReturn = error.retryable || error.code === 'token-expired';
    if (this.#wasConnected && mayReturn) void this.#comeBack();
    else this.#end(error);
  }

  /** Until it works, or there is no way back. The page lives, so one wants to be here. */
  async #comeBack(): Promise<void> {
    if (this.#comingBack !== 'no' || this.state.current.name === 'left') return;
    const { clock } = this.#options;
    const { signal } = this.#ending;
    const show = (how: 'trying' | 'waiting') => {
      this.#comingBack = how;
      this.#showState('restarting');
    };
    this.#recovery.close();
    this.#stay.retire();
    show('trying');
    const as = this.localParticipantId;
    const attempt = () => this.#options.comeBack({ as, signal, onWaiting: () => show('waiting') });
    try {
      this.#replace(await comeBack({ clock, signal, attempt, onRetry: () => show('trying') }));
    } catch (thrown) {
      this.#end(toConferenceError(thrown));
    }
  }

  #replace(stay: Stay): void {
    if (this.#ending.signal.aborted) return stay.close();
    this.#stay.close();
    this.#comingBack = 'no';
    this.#recovery = this.#enter(stay);
    this.#publish();
    if (this.#wanted !== undefined) stay.want(this.#wanted);
    this.#chats.follow(stay);
    this.#lobby.replace(stay);
    this.#refresh();
    this.#showState(stay.link.state === 'connected' ? 'flowing' : 'restarting');
  }

  setVisible(heights: ReadonlyMap<ParticipantId, number>): void {
    this.#wanted = Object.fromEntries([...heights].map(([id, height]) => [id, Math.round(height)]));
    this.#stay.want(this.#wanted);
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#stay.link.getStats();
  }

  async leave(): Promise<void> {
    if (this.state.current.name === 'left') return;
    // Without a link it waits for one, longer than anybody waits for it.
    const left = this.#execute('leaveRoom', {}, { timeoutMs: tellWithinMs });
    this.#end(undefined);
    const waiting = new AbortController();
    // Gone either way: what does not reach the server it notices by itself.
    const told = left.catch(() => undefined).finally(() => waiting.abort());
    await Promise.race([told, pause(this.#options.clock, leaveWithinMs, waiting.signal)]);
  }

  #end(error: ConferenceError | undefined): void {
    if (this.state.current.name === 'left') return;
    this.state.set({ name: 'left', error });
    this.#ending.abort();
    for (const cleanUp of this.#cleanUps) cleanUp();
    this.#recovery.close();
    this.#chats.close();
    this.#lobby.close();
    this.#stay.close();
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
