/** A messaging node, and clients that speak to it by hand. */
import { silentLogger } from '@plenum/hyperty';
import {
  type Address,
  createSessionId,
  type Message,
  type MessageType,
  protocolVersion,
} from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import type { NodeLimits } from '../limits.ts';
import { MessagingNode } from '../messaging-node.ts';

export const domain = 'acme.test';
export const sessionService: Address = `domain://msg-node.${domain}/session`;
export const allocation: Address = `domain://msg-node.${domain}/address-allocation`;
export const subscriptions: Address = `domain://msg-node.${domain}/sm`;
export const registry: Address = `domain://registry.${domain}`;

export function aNode(limits: Partial<NodeLimits> = {}) {
  const clock = new FakeClock();
  const node = new MessagingNode({ domain, logger: silentLogger, clock, limits });
  return { node, clock };
}

/** A client on a wire: what it sends, and what it was sent. */
export function aWire(node: MessagingNode, options: { origin?: string; isTrusted?: boolean } = {}) {
  const received: Message[] = [];
  const closes: { code: number; reason: string }[] = [];
  const attachment = node.attach(
    {
      deliver: ({ text }) => received.push(JSON.parse(text) as Message),
      close: (code, reason) => closes.push({ code, reason }),
    },
    { origin: options.origin ?? '198.18.0.1', isTrusted: options.isTrusted },
  );
  let id = 0;
  const send = (type: MessageType, from: string, to: string, body: object = {}) => {
    id += 1;
    attachment.handleText(JSON.stringify({ id, type, from, to, body }));
    return received.find((message) => message.type === 'response' && message.id === id)?.body;
  };
  return { attachment, received, closes, send };
}

export function aSession(node: MessagingNode, options: { origin?: string; isTrusted?: boolean } = {}) {
  const wire = aWire(node, options);
  const sessionId = createSessionId();
  const runtime = `runtime://${domain}/${sessionId}`;
  wire.send('create', runtime, sessionService, { value: { protocolVersion } });
  const opened = wire.received[0]?.body as { value?: { userURL?: string } } | undefined;
  const claim = (...addresses: string[]) =>
    wire.send('create', runtime, allocation, { value: { addresses } });
  const own = (scheme: string, name: string) => {
    const address = `${scheme}://${domain}/${sessionId}/${name}`;
    claim(address);
    return address;
  };
  return { ...wire, sessionId, runtime, userURL: opened?.value?.userURL ?? '', claim, own };
}
