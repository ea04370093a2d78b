/** What sessions may use before anybody has shown who they are. "Origin" is where they come from: an address, or an IPv6 /64. */
export interface NodeLimits {
  /** Sessions at once from one origin, with those that are without a wire for a while. */
  readonly sessionsPerOrigin: number;
  /** Messages a second from one origin, in the long run. */
  readonly messagesPerSecond: number;
  /** Messages from one origin at once. A long message counts as several. */
  readonly messageBurst: number;
  /** The same for one session, so that one page gone wild does not silence its neighbours. */
  readonly sessionMessagesPerSecond: number;
  readonly sessionMessageBurst: number;
  /** So many more refused messages than accepted ones end the socket. */
  readonly refusalsBeforeClose: number;
  readonly addressesPerSession: number;
  /** Subscriptions that a session asked for, for itself or for others. */
  readonly subscriptionsPerSession: number;
  /** Sessions that a client may let observe one of its objects: what it says is sent, and packed, as often. */
  readonly observersPerObject: number;
  /** Milliseconds a session that lost its wire is kept, with all that is its own. */
  readonly resumeWithinMs: number;
  /** Milliseconds a socket may stay without opening a session. */
  readonly openWithinMs: number;
}

export const defaultLimits: NodeLimits = {
  // An office or a school behind one address is normal; so is a hall of tests on one machine.
  sessionsPerOrigin: 1_000,
  messagesPerSecond: 2_000,
  messageBurst: 10_000,
  // Who drags a window tells many times a second what is visible, for some seconds.
  sessionMessagesPerSecond: 50,
  sessionMessageBurst: 1_000,
  refusalsBeforeClose: 200,
  addressesPerSession: 64,
  subscriptionsPerSession: 256,
  observersPerObject: 16,
  resumeWithinMs: 30_000,
  openWithinMs: 10_000,
};
