export interface ConferenceLimits {
  readonly rooms: number;
  /** Rooms that visitors from one origin keep open by having created them. */
  readonly roomsPerOrigin: number;
  readonly participantsPerRoom: number;
  /** Rooms that one session may be in at once; each stay holds a media connection. */
  readonly participantsPerSession: number;
  /** Prepared m-lines for each participant at first: as many others can be heard, and seen, at once. */
  readonly slots: { readonly audio: number; readonly video: number };
  /** While more people are on somebody's screen, slots for video are added in such steps, up to so many in all. */
  readonly videoSlotStep: number;
  readonly videoSlotsAtMost: number;
  /** Milliseconds for the media connection to be made, or to come back. */
  readonly connectWithinMs: number;
}

export const defaultConferenceLimits: ConferenceLimits = {
  rooms: 10_000,
  roomsPerOrigin: 500,
  participantsPerRoom: 1_000,
  participantsPerSession: 16,
  // Each m-line costs a browser about a millisecond of the join; most rooms need fewer than these.
  slots: { audio: 9, video: 9 },
  videoSlotStep: 10,
  // As many tiles as the app has on a page, without one's own.
  videoSlotsAtMost: 48,
  connectWithinMs: 30_000,
};
