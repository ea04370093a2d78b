/** Who asks, as the messaging node vouches. */
import type { AccessGrant, Identity, MessageOf } from '@plenum/protocol';

export interface Caller {
  readonly userUrl: string;
  /** As their token says; the name that they give counts where it says none. */
  readonly name: string | undefined;
  /** Whether nobody but this domain's node vouches for them. */
  readonly isGuest: boolean;
  readonly grant: AccessGrant;
  /** An opaque word for where their session comes from. */
  readonly origin: string;
}

/** Whose node says nothing about tokens has none, and is a guest. */
export function callerOf({ body }: Pick<MessageOf<'execute'>, 'body'>): Caller {
  const identity: Partial<Identity> = body.identity ?? {};
  const { userURL = 'user://anonymous', name, grant, isGuest = grant === undefined, origin = '' } = identity;
  return { userUrl: userURL, name, isGuest, grant: grant ?? {}, origin };
}
