/** What an application sees of what a room is made into on the server: recordings, and a live stream. */
import type { Source } from '@plenum/protocol';

/** Of a room, by its server. */
export interface RecordingState {
  /** ISO 8601. */
  readonly since: string;
  /** The code of why not everybody's sources are recorded any more: `too-many-files`. Undefined while they are. */
  readonly limitedBy?: string | undefined;
  /** The code of what ended it, such as `storage-full`; undefined while it runs. */
  readonly endedBy?: string | undefined;
}

/** Of a room, to an audience that is not in it. */
export interface BroadcastState {
  /** ISO 8601. */
  readonly since: string;
  /** How many look on, as far as the server can count them; told every few seconds. */
  readonly audience: number;
  /** The code of what ended it, such as `mixer-unavailable`; undefined while it runs. */
  readonly endedBy?: string | undefined;
  /** In both addresses, where it is only for those who have them. */
  readonly key?: string | undefined;
  /** The page to hand out. */
  readonly url: string;
  /** For players of HTTP Live Streaming (low latency or ordinary). */
  readonly streamUrl: string;
}

/** What was recorded, from one start to one stop. */
export interface Recording {
  readonly id: string;
  /** ISO 8601, in UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** Whether it was ended, and neither runs nor was broken off. */
  readonly isEnded: boolean;
  /** Names of who was there. */
  readonly participants: readonly string[];
  /**
   * Of everybody together one, and a further one each time that the server's mixer had to be replaced; of what somebody sent one for each
   * source and stretch in which they published it.
   */
  readonly parts: readonly RecordingPart[];
}

export interface RecordingPart {
  readonly name: string;
  /** Good for some hours, for whoever has it: to play or to download. */
  readonly url: string;
  /** Milliseconds from the recording's start. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** By name, whose source it is, and which; undefined where it is everybody together. */
  readonly participant?: string | undefined;
  readonly source?: Source | undefined;
  readonly bytes: number;
}
