/** The messages of one sandboxed hyperty: its own onto its bus, and those for it inside. SPEC.md rules DE6 and DE9. */
import type { Clock, HypertyBus, MessageDraft } from '@plenum/hyperty';
import {
  type Address,
  ConferenceError,
  checkMessage,
  isErrorCode,
  isPublishAddress,
  parseAddress,
  type Request,
  type ResponseBody,
  respond,
  toConferenceError,
} from '@plenum/protocol';
import type { SandboxLimits } from './sandbox-limits.ts';
import { type FromSandbox, refusalOf, type ToSandbox } from './sandbox-messages.ts';

export interface TrafficOptions {
  readonly bus: HypertyBus;
  readonly limits: Pick<SandboxLimits, 'unansweredRequests' | 'answerWithinMs'>;
  readonly clock: Clock;
  readonly post: (message: ToSandbox) => void;
}

type OfKind<K extends FromSandbox['kind']> = Extract<FromSandbox, { readonly kind: K }>;
/** What a hyperty's code causes to be said, rather than its realm by itself. */
export type Traffic = OfKind<'send' | 'request' | 'listen' | 'unlisten' | 'answer' | 'refuse'>;

interface Waiting {
  readonly resolve: (body: ResponseBody) => void;
  readonly reject: (error: ConferenceError) => void;
}

export class SandboxTraffic {
  readonly #options: TrafficOptions;
  readonly #listening = new Map<string, () => void>();
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  #isClosed = false;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** @throws ConferenceError for what may not be done. */
  handle(message: Traffic): void {
    switch (message.kind) {
      case 'send':
        return this.#options.bus.send(draftOf(message.message));
      case 'request':
        return void this.#request(message);
      case 'listen':
        return this.#listen(parseAddress(message.address));
      case 'unlisten':
        return this.#unlisten(message.address);
      case 'answer':
        return this.#waiting.get(message.call)?.resolve(answerOf(message.body));
      case 'refuse':
        return this.#waiting.get(message.call)?.reject(errorOf(message));
    }
  }

  async #request({ call, message, timeoutMs }: OfKind<'request'>): Promise<void> {
    const { bus, post } = this.#options;
    try {
      const body = await bus.request(draftOf(message), { timeoutMs });
      if (!this.#isClosed) post({ kind: 'result', call, body });
    } catch (thrown) {
      if (!this.#isClosed) post({ kind: 'refusal', call, error: refusalOf(toConferenceError(thrown)) });
    }
  }

  #listen(address: Address): void {
    this.#unlisten(address);
    const stop = this.#options.bus.listen(address, (message) => this.#deliver(address, message));
    this.#listening.set(address, stop);
  }

  #unlisten(address: string): void {
    this.#listening.get(address)?.();
    this.#listening.delete(address);
  }

  #deliver(address: Address, message: Request): Promise<ResponseBody> | undefined {
    const { post, limits } = this.#options;
    if (isPublishAddress(address)) {
      post({ kind: 'message', address, message });
      return undefined;
    }
    if (this.#waiting.size >= limits.unansweredRequests) throw new ConferenceError('capacity-exceeded');
    const call = this.#calls++;
    post({ kind: 'message', call, address, message });
    return this.#answer(call);
  }

  #answer(call: number): Promise<ResponseBody> {
    const { clock, limits } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
    const stopTimer = clock.after(limits.answerWithinMs, () => reject(new ConferenceError('timeout')));
    this.#waiting.set(call, { resolve, reject });
    return promise.finally(() => {
      stopTimer();
      this.#waiting.delete(call);
    });
  }

  /** Whoever waits for an answer learns that there will be none. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    for (const stop of this.#listening.values()) stop();
    this.#listening.clear();
    for (const { reject } of this.#waiting.values()) reject(new ConferenceError('address-not-found'));
  }
}

/** Checked as what comes over a wire, under an id that nobody sees. */
function draftOf(written: Readonly<Record<string, unknown>>): MessageDraft {
  const { id: _placeholder, ...draft } = requestOf({ ...written, id: 0 });
  return draft;
}

function requestOf(value: unknown): Request {
  const message = checkMessage(value);
  if (message.type !== 'response') return message;
  throw new ConferenceError('bad-message', 'A listener answers by what it returns.');
}

/** What a listener returned; nothing is a plain yes. */
function answerOf(written: Readonly<Record<string, unknown>> | undefined): ResponseBody {
  const nowhere = parseAddress('runtime://sandbox/answer');
  const { body } = respond({ id: 0, from: nowhere, to: nowhere }, { code: 200 });
  const message = checkMessage({
    id: 0,
    type: 'response',
    from: nowhere,
    to: nowhere,
    body: written ?? body,
  });
  if (message.type !== 'response') throw new ConferenceError('bad-message');
  return message.body;
}

function errorOf({ code, message }: OfKind<'refuse'>): ConferenceError {
  return code !== undefined && isErrorCode(code)
    ? new ConferenceError(code, message)
    : new ConferenceError('internal');
}
