export interface ConferenceLimits {
  readonly rooms: number;
  /** Rooms that visitors from one origin keep open by having created them. */
  readonly roomsPerOrigin: number;
  readonly participantsPerRoom: number;
  /** Who look on at one room's broadcast by links of their own, and from one origin among them: each is sent the whole picture. */
  readonly viewersPerRoom: number;
  readonly viewersPerOrigin: number;
  /** The same of a mesh, where everybody sends to everybody. */
  readonly meshMax: number;
  /** Of a room that changes over, how many go well in a mesh; and milliseconds after which it goes back to one. */
  readonly autoMeshMax: number;
  readonly meshAgainAfterMs: number;
  /** Rooms that one session may be in at once; each stay holds a media connection. */
  readonly participantsPerSession: number;
  /** Prepared m-lines for each participant at first: as many others can be heard, and seen, at once. */
  readonly slots: { readonly audio: number; readonly video: number };
  /** While more people are on somebody's screen, slots for video are added in such steps, up to so many in all. */
  readonly videoSlotStep: number;
  readonly videoSlotsAtMost: number;
  /** Milliseconds for the media connection to be made; and to come back where it was there before. */
  readonly connectWithinMs: number;
  readonly reconnectWithinMs: number;
  /** People in one room's lobby, and of one origin among them. */
  readonly waitingPerRoom: number;
  readonly waitingPerOrigin: number;
  /** Private chats that one participant has opened, and all of a room. */
  readonly privateChatsPerParticipant: number;
  readonly privateChatsPerRoom: number;
  /** Milliseconds that a room which a request opened waits for the first to enter. */
  readonly enterWithinMs: number;
  /** Milliseconds that a room waits for an owner to come back, before who is there owns it. */
  readonly ownerWithinMs: number;
  /** Milliseconds that a room is remembered after a restart, or the loss of its media server, before somebody is back. */
  readonly rememberForMs: number;
}

export const defaultConferenceLimits: ConferenceLimits = {
  rooms: 10_000,
  roomsPerOrigin: 500,
  participantsPerRoom: 1_000,
  viewersPerRoom: 500,
  viewersPerOrigin: 100,
  meshMax: 4,
  autoMeshMax: 3,
  meshAgainAfterMs: 20_000,
  participantsPerSession: 16,
  // Each m-line costs a browser about a millisecond of the join; most rooms need fewer than these.
  slots: { audio: 9, video: 9 },
  videoSlotStep: 10,
  // As many tiles as the app has on a page, without one's own.
  videoSlotsAtMost: 48,
  connectWithinMs: 30_000,
  reconnectWithinMs: 60_000,
  waitingPerRoom: 200,
  waitingPerOrigin: 20,
  privateChatsPerParticipant: 32,
  // Each holds 100 kB at most.
  privateChatsPerRoom: 1_000,
  enterWithinMs: 600_000,
  ownerWithinMs: 60_000,
  rememberForMs: 600_000,
};
