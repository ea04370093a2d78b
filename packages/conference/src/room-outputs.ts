/** What leaves a room for those who are not in it: recordings, a broadcast, and the links of who looks on at it. */
import type { Clock, DataObjectReporter, Logger } from '@plenum/hyperty';
import type { MediaMix } from '@plenum/media';
import {
  type CommunicationData,
  ConferenceError,
  type ParticipantId,
  type RecordingContent,
  type ResultOf,
  type RoomId,
} from '@plenum/protocol';
import type { BroadcastStation } from './broadcast-station.ts';
import type { CompositeViewsContext } from './composite-views.ts';
import type { ConferenceLimits } from './limits.ts';
import type { Participant } from './participant.ts';
import { type KeptRecording, latestOf, type RecordingArchive } from './recording-archive.ts';
import { contentOf, type RecordingWish } from './recording-content.ts';
import type { RecordedPeople } from './recording-facts.ts';
import { type AudienceSeat, type AudienceWish, RoomAudience } from './room-audience.ts';
import { type BroadcastWish, RoomBroadcast } from './room-broadcast.ts';
import type { RoomMedia } from './room-media.ts';
import { RoomRecording } from './room-recording.ts';

export interface RoomOutputsContext {
  readonly roomId: RoomId;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits: ConferenceLimits;
  /** Where recordings are kept; undefined where nothing can be recorded. */
  readonly archive: RecordingArchive | undefined;
  /** What is recorded where nobody says what. */
  readonly recordingContent: RecordingContent;
  /** What hands live streams to an audience; undefined where nothing can be broadcast. */
  readonly station: BroadcastStation | undefined;
  readonly communication: Pick<DataObjectReporter<CommunicationData>, 'data' | 'set'>;
  readonly media: Pick<RoomMedia, 'openTracks' | 'acceptViewer'>;
  readonly people: () => RecordedPeople;
  /** The mix is needed now, or no longer. */
  readonly onNeedChanged: () => void;
}

export class RoomOutputs {
  /** What the composite is made for beside its viewers in the room. */
  readonly composite: Pick<CompositeViewsContext, 'isRecorded' | 'isBroadcast' | 'onMix' | 'onRefused'>;
  readonly #context: RoomOutputsContext;
  readonly #recording: RoomRecording;
  readonly #broadcast: RoomBroadcast;
  readonly #audience: RoomAudience;

  constructor(context: RoomOutputsContext) {
    const { archive, station, communication, media, people, onNeedChanged } = context;
    this.#context = context;
    this.#recording = new RoomRecording({
      ...context,
      archive,
      people,
      openTracks: (options) => media.openTracks(options),
      show: (recording) => communication.set('recording', recording),
    });
    this.#broadcast = new RoomBroadcast({
      ...context,
      station,
      show: (broadcast) => communication.set('broadcast', broadcast),
      onNeedChanged: () => {
        if (!this.isBroadcast) this.#audience.dismiss();
        onNeedChanged();
      },
    });
    this.#audience = new RoomAudience({
      ...context,
      attend: (wish) => this.#broadcast.attend(wish),
      accept: (offer, events) => media.acceptViewer(offer, events),
    });
    this.composite = {
      isRecorded: () => this.#recording.isMixNeeded,
      isBroadcast: () => this.isBroadcast,
      onMix: (mix, codec) => this.#handleMix(mix, codec === 'h264'),
      onRefused: (reason) => {
        this.#recording.handleMixRefused(reason);
        this.#broadcast.handleMixRefused(reason);
      },
    };
  }

  /** Whoever looks on from outside decodes H.264. */
  #handleMix(mix: MediaMix | undefined, isShown: boolean): void {
    const shown = isShown ? mix : undefined;
    this.#recording.handleMix(mix);
    this.#broadcast.handleMix(shown);
    this.#audience.handleMix(shown);
  }

  get isRecorded(): boolean {
    return this.#recording.isRunning;
  }

  get isBroadcast(): boolean {
    return this.#broadcast.isRunning;
  }

  get #isServed(): boolean {
    return this.#context.communication.data.topology !== 'mesh';
  }

  /** Somebody came, went, or sends something else now. */
  handlePeople(): void {
    this.#recording.handlePeople();
  }

  handleSpeaker(id: ParticipantId | undefined): void {
    this.#recording.handleSpeaker(id);
  }

  /**
   * Writes down what is heard and seen of everybody; where that is done already it goes on.
   * @throws ConferenceError `recording-unavailable` where media does not go through the server, or nothing can be recorded, and as
   * `RoomRecording.start`.
   */
  async startRecording(wish: RecordingWish = {}): Promise<void> {
    if (!this.#isServed) throw new ConferenceError('recording-unavailable');
    await this.#recording.start(contentOf(wish, this.#context.recordingContent));
  }

  /** Resolves when the recording is whole; also where there is none. */
  stopRecording(): Promise<void> {
    return this.#recording.stop();
  }

  /** What somebody who moderates may see of the recordings: those since the room opened, and those while which they moderated. */
  async listRecordings({ userUrl }: Participant): Promise<ResultOf<'listRecordings'>> {
    const { archive, roomId, communication } = this.#context;
    if (archive === undefined) throw new ConferenceError('recording-unavailable');
    const { startingTime } = communication.data;
    const isTheirs = ({ startedAt, moderators }: KeptRecording) =>
      startedAt >= startingTime || moderators.includes(userUrl);
    const kept = latestOf((await archive.list(roomId)).filter(isTheirs));
    const pass = await archive.mintPass({ roomId, recordings: kept.map(({ id }) => id) });
    return { recordings: kept.map(({ moderators: _, ...listed }) => listed), ...pass };
  }

  /**
   * Shows what is heard and seen of everybody to whoever has the link; where that is done already it goes on as it is.
   * @throws ConferenceError `broadcast-unavailable` where media does not go through the server, or nothing can be broadcast,
   * `room-closed`.
   */
  startBroadcast(wish: BroadcastWish = {}): void {
    if (!this.#isServed) throw new ConferenceError('broadcast-unavailable');
    this.#broadcast.start(wish);
  }

  /** Also where there is none. */
  stopBroadcast(): void {
    this.#broadcast.stop();
  }

  /** Lets somebody look on while it is broadcast. @throws ConferenceError as `RoomAudience.enter`, and why the room has ended. */
  enterAudience(wish: AudienceWish): Promise<AudienceSeat> {
    return this.#audience.enter(wish);
  }

  /** May be called more than once. */
  close(): void {
    this.#recording.close();
    this.#broadcast.close();
    this.#audience.dismiss();
  }
}
