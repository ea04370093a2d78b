/**
 * The port to a media server: what the conference needs of an SFU, in words of rooms and connections. The mediasoup
 * adapter and the fake implement it and pass one contract suite.
 *
 * A connection is one participant's single link. The server makes the only offer; it holds the m-lines the
 * participant may publish on and a fixed number of slots, prepared m-lines to receive on. Filling a slot with
 * another participant's source needs no negotiation. Who sends from outside by a standard that has the client offer
 * (RFC 9725) has an accepted connection instead.
 */
import type {
  Capabilities,
  ConferenceError,
  ConnectionStatus,
  DataChannelName,
  Kind,
  Source,
} from '@plenum/protocol';

export interface MediaServer {
  /** Makes one room's media context, on the worker that has the least to do. */
  createRouter(events: RouterEvents): Promise<MediaRouter>;
  /** What exists now, counted where it lives (by the engine itself, not by our books). */
  dump(): Promise<MediaServerDump>;
  /** Ends everything. May be called more than once. */
  close(): Promise<void>;
}

export interface MediaServerDump {
  readonly workers: number;
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
}

export interface RouterEvents {
  /**
   * Who speaks, loudest first; called about three times a second while levels change, and once with nothing when
   * all fell silent.
   */
  onSpeakers(speakers: readonly Speaker[]): void;
  /** The router ended by itself, because its worker died; not called after `close()`. */
  onClosed(reason: ConferenceError): void;
}

export interface Speaker {
  readonly connectionId: string;
  /** dBov, from -127 (silence) to 0. */
  readonly level: number;
}

export interface MediaRouter {
  readonly id: string;
  createConnection(options: ConnectionOptions): Promise<MediaConnection>;
  /**
   * Makes a connection that the other side offers, to send on: the first m-line for sound is taken as its microphone, the first
   * for pictures as its camera, and all others are refused.
   * @throws ConferenceError `invalid-offer` for SDP that is no offer to send anything, `unsupported-media` without a common
   * codec, `closed` afterwards. Nothing is left of it then.
   */
  acceptOffer(sdp: string, options: AcceptOptions): Promise<AcceptedConnection>;
  /**
   * Makes a connection that the other side offers, to receive one sound and one picture on: the first m-line of each kind that is
   * to be received on is taken, and all others are refused.
   * @throws ConferenceError `invalid-offer` for SDP that is no offer to receive anything, `unsupported-media` without a common
   * codec, `closed` afterwards. Nothing is left of it then.
   */
  acceptViewer(sdp: string, options: AcceptOptions): Promise<ViewerConnection>;
  /**
   * Puts a message on its way to some of the router's connections. It is lost, without a word, for those whose link is not made, has
   * no data channels, or has as much to carry already as it is allowed.
   */
  sendData(message: Uint8Array, channel: DataChannelName, to: readonly MediaLink[]): void;
  /**
   * Begins to mix what connections of this router publish.
   * @throws ConferenceError `mixer-unavailable` where there is no mixer, it does not start, or has as much to do as it may.
   */
  createMix(options: MixOptions): Promise<MediaMix>;
  /**
   * Begins to write down what connections of this router publish, each source by itself, as it comes and without decoding it.
   * @throws ConferenceError `mixer-unavailable` as `createMix`.
   */
  openTracks(options: TracksOptions): Promise<MediaTracks>;
  /** Closes every connection. May be called more than once. */
  close(): void;
}

export interface ConnectionOptions {
  /** What the other side may publish from the start; each source gets an m-line in the first offer. */
  readonly sources: readonly Source[];
  readonly slots: SlotCounts;
  /** What the other side's browser can do; absent means everything the router can. */
  readonly capabilities?: Capabilities | undefined;
  /**
   * A message of the other side; only good until it returns. Data channels are offered where this is given. Not called after
   * `close()`.
   */
  readonly onData?: ((message: Uint8Array, channel: DataChannelName) => void) | undefined;
  /**
   * The state of the link, as ICE names it; `connected` once media can flow. `closed`, when the other side said that it
   * leaves, and `failed` are final. Not called after `close()`, nor when the worker died: see `onClosed`.
   */
  onStatus(status: ConnectionStatus): void;
  /** What the link to the other side is believed to carry: about once a second, and at once where it becomes much less. */
  readonly onEstimate?: ((estimate: LinkEstimate) => void) | undefined;
}

export interface LinkEstimate {
  /** bit/s, sounds included. */
  readonly availableBps: number;
  /** 0 to 1: of what was sent in the last few seconds. */
  readonly lostShare: number;
}

/** Whose sources can be put into slots: a connection, or a mix. */
export interface Publisher {
  readonly id: string;
}

export interface MixOptions {
  /** How many will be in it, for the reckoning of what it costs. */
  readonly people: number;
  /** Of the picture. H.264 costs a third of what VP8 does, and is not decoded by every browser. */
  readonly codec: MixCodec;
  /** Of the same router, closed as soon as this one is there: the mixer has room for this where it has for either of the two. */
  readonly replaces?: MediaMix | undefined;
  /** Nobody asked for it themselves: half of what the mixer may do is left for those who do. False unless given. */
  readonly isUnasked?: boolean | undefined;
  /** It ended by itself; not called after `close()`. Slots with what it published are empty. */
  onEnded(reason: ConferenceError): void;
}

export type MixCodec = 'vp8' | 'h264';

export type TracksOptions = Pick<MixOptions, 'people' | 'onEnded'>;

/** What single sources send, in files. */
export interface MediaTracks {
  /**
   * Writes a source into a file of its own, from the first that comes of it and until it is stopped: WebM of VP8 and of Opus, Matroska of
   * H.264. Of a camera that is sent in several sizes it is the largest that comes. What is missing, or muted, is a gap. Where the tracks are
   * closed the file is made whole; where their process dies at most the last second is lost.
   */
  record(source: MixSource, options: TrackRecordingOptions): MixRecording;
  /** May be called more than once. */
  close(): void;
}

export type TrackRecordingOptions = Omit<MixRecordingOptions, 'keyFrameEveryMs'>;

/** Several people's media as one picture and one sound (RFC 7667 section 3.6: a mixer). */
export interface MediaMix {
  /** Publishes the picture, as `camera`. */
  readonly picture: Publisher;
  /** The same smaller and with half of the frames, likewise: while it is shown. */
  readonly smallPicture: Publisher;
  /**
   * Publishes what one entry hears, as `microphone`: all others. Of an entry that is not there yet it is silent until it is.
   * @param entryId Undefined for what is heard from outside: everybody.
   * @throws ConferenceError `closed`
   */
  soundFor(entryId: string | undefined): Promise<Publisher>;
  /** Nobody listens as that entry any more: its sound is gone from every slot. */
  releaseSound(entryId: string | undefined): void;
  /** Makes the small picture from soon on, or no more. */
  showSmall(isWanted: boolean): void;
  /** What is mixed from now on; what is the same as before goes on without a break. */
  arrange(content: MixContent): void;
  /**
   * Writes the picture and everybody's sound into a file, from the next whole picture on and until it is stopped, as they are
   * encoded: WebM of VP8, MP4 of H.264. Where the mix is closed the file is made whole; where its mixer dies at most the last second is lost.
   */
  record(options: MixRecordingOptions): MixRecording;
  /**
   * Makes a live stream of the picture, which has to be in H.264, and everybody's sound (AAC), from the next whole picture on and until
   * it is stopped. Ends with the mix.
   */
  broadcast(options: MixBroadcastOptions): MixBroadcast;
  /** May be called more than once. */
  close(): void;
}

export interface MixBroadcastOptions {
  /** What the stream consists of, in order, as it comes: a part each 320 ms. Not called after `stop`, nor once the mix has ended. */
  onEvent(event: LiveEvent): void;
  /** It ended by itself, by `broadcast-failed`. Not called where the mix ends, nor after `stop`. */
  onFailed(reason: ConferenceError): void;
}

export interface MixBroadcast {
  /** May be called more than once. */
  stop(): void;
}

/** What a live stream of CMAF segments in parts consists of (draft-pantos-hls-rfc8216bis). */
export type LiveEvent =
  /** What a decoder needs before anything else. */
  | { readonly type: 'stream-began'; readonly init: Uint8Array }
  /** Milliseconds since 1970, of its first picture. */
  | { readonly type: 'segment-began'; readonly wallMs: number }
  | {
      readonly type: 'part-finished';
      readonly durationMs: number;
      /** Whether there is a picture in it that a decoder can begin with. */
      readonly isIndependent: boolean;
      /** Whether its segment ends with it. */
      readonly isLast: boolean;
      readonly data: Uint8Array;
    }
  | { readonly type: 'stream-ended' };

export interface MixRecordingOptions {
  /** On the machine of the mixer, without the extension, in a folder that is there. */
  readonly path: string;
  /** Milliseconds, 500 or more: players can only jump to key frames. */
  readonly keyFrameEveryMs: number;
  /** There is something in the file that can be played. Not called for one that is stopped before there was. */
  onBegan(part: RecordedPart): void;
  /**
   * It ended by itself, by `storage-full` or `storage-failed`; what was written can be played. Not called where the mix ends, nor
   * after `stop`.
   */
  onFailed(reason: ConferenceError): void;
}

/** A file that was begun. */
export interface RecordedPart {
  /** With its extension. */
  readonly path: string;
  /** Milliseconds since 1970, of its beginning. */
  readonly wallMs: number;
}

export interface MixRecording {
  /** Resolves when the file is whole, or its mix has ended. May be called more than once. */
  stop(): Promise<void>;
}

/**
 * - `grid`: all of the same size.
 * - `speaker`: the first large, the others small below.
 * - `presentation`: the first large and whole, the others beside it.
 */
export type MixLayout = 'grid' | 'speaker' | 'presentation';

export interface MixContent {
  readonly layout: MixLayout;
  /** The most important first: who is further back than there is room for is heard and not seen. */
  readonly entries: readonly MixEntry[];
}

/** Somebody, or something that is shared, with one place in the picture. */
export interface MixEntry {
  readonly id: string;
  /** Whose it is besides: they do not hear it; itself unless given. */
  readonly ownerId?: string | undefined;
  /** Written on its place. */
  readonly name: string;
  /** Drawn beside the name; nothing unless given. Around who speaks there is a frame in any case. */
  readonly marks?: readonly MixMark[] | undefined;
  readonly sound?: MixSource | undefined;
  /** Without one its place is empty but for the name. */
  readonly picture?: (MixSource & Pick<SlotWish, 'maxLayer'>) | undefined;
}

/** Cannot be heard; wishes to speak. */
export type MixMark = 'muted' | 'hand';

export interface MixSource {
  readonly connection: MediaLink;
  readonly source: Source;
}

export type AcceptOptions = Pick<ConnectionOptions, 'onStatus'>;

/** What every link can do, whoever offered it. */
export interface MediaLink extends Publisher {
  /** The mid on which each source is to be published, as it was negotiated last. */
  readonly publishOn: ReadonlyMap<Source, string>;
  readonly slots: readonly MediaSlot[];
  /**
   * Whether a source's media is wanted from the other side: false pauses it for everybody, as it is at first. Before the answer it
   * is remembered. Unknown sources are ignored.
   */
  setPublishing(source: Source, publishing: boolean): Promise<void>;
  /** The sources that were negotiated, publishing or not. Empty before the answer. */
  readonly negotiated: ReadonlySet<Source>;
  /**
   * Puts a source of another connection of the same router into a slot, in place of what was there. May be called
   * before this side's answer; media flows once both sides are connected. Resolves to false where the source cannot
   * be had (gone meanwhile, or no common codec), and the slot is then empty; and to false where another call for the
   * slot came in between and won.
   * @throws ConferenceError `bad-request` for an unknown mid or the wrong kind.
   */
  fillSlot(mid: string, from: SlotContent): Promise<boolean>;
  /** Changes what is wanted of a filled slot, without interrupting it. Ignored for empty slots. */
  adjustSlot(mid: string, wish: SlotWish): Promise<void>;
  emptySlot(mid: string): void;
  /** Bytes received on each simulcast layer of a source, lowest first, since the start. For tests and the panel. */
  layerBytes(source: Source): Promise<readonly number[]>;
  /**
   * Makes the link findable anew after the network changed (RFC 8445 section 9): the same m-lines with new credentials, as
   * a description of the kind that was given to the other side before. What is shown goes on, over the old path as long as there is one.
   * @throws ConferenceError `bad-request` while an offer waits for its answer, `closed` afterwards.
   */
  restartIce(): Promise<string>;
  /** May be called more than once. */
  close(): void;
}

/** A link that the server offers, and may offer more on later. */
export interface MediaConnection extends MediaLink {
  /** The latest SDP offer, complete with candidates: no trickle is needed, the server is ICE-lite. */
  readonly offer: string;
  /**
   * Applies the answer. Afterwards every source of `publishOn` that the answer accepted can be consumed; all start
   * paused until `setPublishing`.
   * @throws ConferenceError `invalid-answer` for SDP that does not answer the offer, `unsupported-media` without a
   * common codec, `closed` afterwards. The connection is then of no more use and should be closed.
   */
  answer(sdp: string): Promise<void>;
  /**
   * Adds slots behind the m-lines there are, and returns the offer that holds them, to be answered like the first. What
   * is shown goes on. Only what the answer accepts can be filled.
   * @throws ConferenceError `bad-request` while an offer waits for its answer.
   */
  addSlots(slots: SlotCounts): string;
  /**
   * Adds m-lines to publish these sources on, where there are none yet, in the same way: what the answer accepts of them
   * can be consumed afterwards.
   * @throws ConferenceError `bad-request` while an offer waits for its answer.
   */
  addSources(sources: readonly Source[]): string;
}

/** A link that the other side offered, once and for all: everything that was taken of it is negotiated from the start. */
export interface AcceptedConnection extends MediaLink {
  /** The latest SDP answer, complete with candidates. */
  readonly localAnswer: string;
}

/** What somebody outside sees and hears; nothing of what is left out. */
export interface ViewerContent {
  /** Shown as `camera`. */
  readonly picture?: Publisher | undefined;
  /** Heard as `microphone`. */
  readonly sound?: Publisher | undefined;
}

/** A link that the other side offered to receive on, once and for all. */
export interface ViewerConnection {
  readonly id: string;
  /** The latest SDP answer, complete with candidates. */
  readonly localAnswer: string;
  /** Of which mixes it can be shown the picture; none where it only hears. */
  readonly codecs: ReadonlySet<MixCodec>;
  /**
   * Shows this from now on, in place of what was shown before; what is the same goes on without a break. Resolves when it is so, or
   * something else is to be shown by now. Of what cannot be had, such as a picture in another codec, there is nothing.
   */
  show(content: ViewerContent): Promise<void>;
  /** As `MediaLink.restartIce`. */
  restartIce(): Promise<string>;
  /** May be called more than once. */
  close(): void;
}

/** How many slots of each kind. */
export interface SlotCounts {
  readonly audio: number;
  readonly video: number;
}

export interface MediaSlot {
  readonly mid: string;
  readonly kind: Kind;
}

export interface SlotWish {
  /** Highest simulcast layer wanted: 0 is a quarter, 1 half and 2 all of the captured width. Ignored for audio. */
  readonly maxLayer: number;
  /** 1 (least) to 255: who is served first when the link is narrow. */
  readonly priority: number;
  /** Sends about half of the frames only, where the source can be sent so; false unless given. */
  readonly hasHalfFrames?: boolean | undefined;
  /** Sends nothing for now; false unless given. */
  readonly isPaused?: boolean | undefined;
}

export interface SlotContent extends SlotWish {
  readonly connection: Publisher;
  readonly source: Source;
}
