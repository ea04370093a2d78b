/** What a room is opened with. */
import type { HypertyRuntime, Logger } from '@plenum/hyperty';
import type { MediaServer } from '@plenum/media';
import type {
  ConferenceError,
  ConnectionFailure,
  ConnectionSummary,
  HypertyUrl,
  RecordingContent,
  Topology,
} from '@plenum/protocol';
import type { BroadcastStation } from './broadcast-station.ts';
import type { IssueIceServers } from './ice-servers.ts';
import type { ConferenceLimits } from './limits.ts';
import type { Quota } from './quota.ts';
import type { RecordingArchive } from './recording-archive.ts';
import type { Room } from './room.ts';
import type { SettingsChange } from './room-description.ts';
import type { RoomRecord } from './room-store.ts';

export interface RoomContext {
  readonly runtime: HypertyRuntime;
  readonly conferenceUrl: HypertyUrl;
  readonly mediaServer: MediaServer;
  readonly limits: ConferenceLimits;
  /** Stays by session, in all rooms. */
  readonly seats: Quota;
  /** A client tells of a connection for media that has come about. */
  readonly onConnected: (summary: ConnectionSummary) => void;
  /** And of an attempt at one that failed. */
  readonly onConnectFailed: (failure: ConnectionFailure) => void;
  readonly issueIceServers: IssueIceServers;
  readonly mayGuestsCreateRooms: boolean;
  readonly defaultSettings: SettingsChange;
  /** Where recordings are kept; undefined where nothing can be recorded. */
  readonly recordings: RecordingArchive | undefined;
  /** What hands live streams to an audience; undefined where nothing can be broadcast. */
  readonly broadcasts: BroadcastStation | undefined;
  /** What is recorded where nobody says what. */
  readonly recordingContent: RecordingContent;
  readonly logger: Logger;
  /** What is to be kept of it is another now. */
  readonly onRecordChanged: (room: Room) => void;
  readonly onClosed: (room: Room, reason: ConferenceError) => void;
}

export interface RoomOptions {
  readonly topology?: Topology | undefined;
  readonly settings?: SettingsChange | undefined;
  /** User URLs of those who own it whenever they come. */
  readonly owners?: readonly string[] | undefined;
}

/** Where a room comes from. */
export interface RoomPast {
  /** Whether the application made it, and no visit. */
  readonly isByApplication: boolean;
  /** What is known of it from before. */
  readonly record?: RoomRecord | undefined;
}
