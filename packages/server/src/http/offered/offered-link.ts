/** A link for media that its client offers over HTTP, as its resource sees it (RFC 9725). */
import type { IceServer, RoomId } from '@plenum/protocol';

export interface OfferedLink {
  /** SDP. */
  readonly answer: string;
  readonly iceServers: readonly IceServer[];
  /**
   * Makes the link findable anew after the client's network changed; resolves to the whole answer with new credentials.
   * @throws ConferenceError `closed`, `timeout`.
   */
  restartIce(): Promise<string>;
  /** Ends it; resolves when nobody sees it any more. May be called more than once. */
  close(): Promise<void>;
}

export interface LinkRequest {
  readonly roomId: RoomId;
  /** SDP. */
  readonly offer: string;
  readonly accessToken: string | undefined;
  /** Of a broadcast that only those see who have it. */
  readonly key: string | undefined;
  /** How others see the client where its token does not say. */
  readonly name: string | undefined;
  /** An opaque word for where the client is. */
  readonly origin: string;
  /** The link is no more, for whatever reason; called once. */
  readonly onEnded: () => void;
}

/** @throws ConferenceError whatever keeps the client out, `invalid-offer`, `unsupported-media`. */
export type OpenOfferedLink = (request: LinkRequest) => Promise<OfferedLink>;
