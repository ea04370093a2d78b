/** A bus that keeps what is sent, answers requests as it is told, and delivers what a test has to say. */
import type { MessageBus, MessageDraft, MessageHandler } from '@plenum/hyperty';
import { type Address, ConferenceError, type Request, type ResponseBody } from '@plenum/protocol';

type Respond = (message: MessageDraft) => ResponseBody | Promise<ResponseBody>;

export class FakeBus implements Pick<MessageBus, 'send' | 'request' | 'listen'> {
  readonly sent: MessageDraft[] = [];
  readonly listeners = new Map<Address, MessageHandler>();
  readonly #respond: Respond;

  constructor(respond: Respond = () => ({ code: 200 })) {
    this.#respond = respond;
  }

  send(message: MessageDraft): void {
    this.sent.push(message);
  }

  async request(message: MessageDraft): Promise<ResponseBody> {
    this.sent.push(message);
    return this.#respond(message);
  }

  listen(address: Address, listener: MessageHandler): () => void {
    if (this.listeners.has(address)) throw new ConferenceError('address-taken');
    this.listeners.set(address, listener);
    return () => this.listeners.delete(address);
  }

  /** What the listener at the message's address answers. */
  async deliver(message: Request): Promise<ResponseBody | undefined> {
    const listener = this.listeners.get(message.to);
    if (listener === undefined) throw new ConferenceError('address-not-found');
    return listener(message, () => undefined);
  }
}
