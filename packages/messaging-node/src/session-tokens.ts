/** The port to whoever signs and checks what says who a session is. */
import type { Identity, SessionId } from '@plenum/protocol';

/** What a session token says: whose session it is. */
export interface SessionClaims {
  readonly sessionId: SessionId;
  readonly identity: Identity;
  /** Milliseconds since 1970; absent: as long as guests' tokens live. */
  readonly expires?: number | undefined;
}

/** What an access token says. Without a user every bearer is a guest of their own. */
export interface AccessClaims {
  readonly identity: Omit<Identity, 'userURL' | 'origin'> & { readonly userURL?: Identity['userURL'] };
  readonly expires?: number | undefined;
}

export interface SessionTokens {
  /** Signs who a session is, for it to come back with. */
  mintSession(claims: SessionClaims): Promise<string>;
  /**
   * Also of one that has expired, and says so: a session that is still there goes on with it.
   * @throws ConferenceError `token-invalid`.
   */
  verifySession(token: string): Promise<SessionClaims & { readonly isExpired: boolean }>;
  /** @throws ConferenceError `token-invalid`, `token-expired`. */
  verifyAccess(token: string): Promise<AccessClaims>;
}
