import { createSessionId, type Message } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { type Endpoint, OutgoingMessage, Session } from './session.ts';
import { domain } from './testing/node-fixture.ts';

function aSession() {
  const id = createSessionId();
  const received: number[] = [];
  const endpoint: Endpoint = { deliver: ({ message }) => received.push(message.id), close: () => undefined };
  const identity = { userURL: `user://${domain}/ann` as const };
  const session = new Session(id, { identity, isTrusted: false, expires: undefined }, endpoint);
  const deliver = (messageId: number) => {
    const to = `hyperty://${domain}/${id}/client` as const;
    const message: Message = {
      id: messageId,
      type: 'read',
      from: `hyperty://${domain}/conference`,
      to,
      body: {},
    };
    session.deliver(new OutgoingMessage(message));
  };
  return { session, endpoint, received, deliver };
}

test('[S10] what waited for a session comes first, also before what comes while its return is being answered', () => {
  const { session, endpoint, received, deliver } = aSession();
  session.suspend(() => undefined);
  deliver(1);
  session.resume(endpoint);
  deliver(2);
  expect(received).toEqual([]);
  session.deliverKept();
  deliver(3);
  expect(received).toEqual([1, 2, 3]);
});
