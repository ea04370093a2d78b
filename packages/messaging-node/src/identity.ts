/** Who sent a message is for the node to say: it replaces whatever the sender wrote there. */
import type { Message, Request } from '@plenum/protocol';
import type { Session } from './session.ts';

export function withoutIdentity(message: Request): Message {
  if (message.body.identity === undefined) return message;
  const { identity: _claimed, ...body } = message.body;
  return { ...message, body } as Message;
}

/** What more than the user is known of the sender is for the domain's own hyperties only. */
export function withIdentity(message: Message, from: Session, to: Session): Message {
  const { userURL } = from.identity;
  const identity = to.isTrusted ? from.identity : { userURL };
  return { ...message, body: { ...message.body, identity } } as Message;
}
