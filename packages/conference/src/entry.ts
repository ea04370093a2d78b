/** Somebody who asks to join: as the application sees them, and as the room does. */
import type {
  AccessGrant,
  Capabilities,
  ContextSnapshot,
  HypertyUrl,
  ParticipantId,
  ResultOf,
  RoomId,
} from '@plenum/protocol';
import type { Caller } from './caller.ts';

/** Somebody asks to join, as the application sees them. */
export interface JoinRequest {
  readonly roomId: RoomId;
  readonly name: string;
  /** Who asks, as the messaging node vouches. */
  readonly userUrl: string;
  readonly hypertyUrl: HypertyUrl;
  /** What the client says of itself, which it has let the server observe. */
  readonly context: ContextSnapshot;
  readonly capabilities?: Capabilities | undefined;
  /** Of who sends from outside by a link that they offer: as SDP. */
  readonly offer?: string | undefined;
  /** Who they say that they were in the room before. */
  readonly participantId?: ParticipantId | undefined;
  /** Whether nobody vouches for them but this node; true unless given. */
  readonly isGuest?: boolean | undefined;
  /** What their access token says. */
  readonly grant?: AccessGrant | undefined;
  /** An opaque word for where their session comes from. */
  readonly origin?: string | undefined;
}

/** Somebody comes in, as the server knows them. */
export interface Entry {
  readonly name: string;
  readonly caller: Caller;
  readonly hypertyUrl: HypertyUrl;
  /** What the client says of itself, which it has let the server observe. */
  readonly context: ContextSnapshot;
  readonly capabilities?: Capabilities | undefined;
  /** The link that they offer, where it is not for the server to do so: as SDP. */
  readonly offer?: string | undefined;
  /** Who they say that they were before. */
  readonly participantId?: ParticipantId | undefined;
}

export type JoinResult = ResultOf<'joinRoom'>;

/** What the room needs of it. */
export function entryOf(request: JoinRequest): Entry {
  const { name, userUrl, isGuest = true, grant = {}, origin = '' } = request;
  const { hypertyUrl, context, capabilities, offer, participantId } = request;
  const caller = { userUrl, name: undefined, isGuest, grant, origin };
  return { name, caller, hypertyUrl, context, capabilities, offer, participantId };
}
