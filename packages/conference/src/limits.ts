export interface ConferenceLimits {
  readonly rooms: number;
  /** Rooms that visitors from one origin keep open by having created them. */
  readonly roomsPerOrigin: number;
  readonly participantsPerRoom: number;
  /** Rooms that one session may be in at once; each stay holds a media connection. */
  readonly participantsPerSession: number;
  /** Prepared m-lines for each participant: as many others can be seen and heard at once. */
  readonly slots: { readonly audio: number; readonly video: number };
  /** Milliseconds for the media connection to be made, or to come back. */
  readonly connectWithinMs: number;
}

export const defaultConferenceLimits: ConferenceLimits = {
  rooms: 10_000,
  roomsPerOrigin: 500,
  participantsPerRoom: 1_000,
  participantsPerSession: 16,
  slots: { audio: 12, video: 16 },
  connectWithinMs: 30_000,
};
