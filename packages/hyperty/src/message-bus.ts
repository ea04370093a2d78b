/**
 * The message bus of a runtime: delivers to local listeners, sends everything else over the link, and pairs
 * requests with their responses. Every request ends: by a response, a timeout, an abort, or the bus closing.
 */
import {
  type Address,
  ConferenceError,
  errorBody,
  isErrorCode,
  isPublishAddress,
  type Message,
  type MessageOf,
  type Request,
  type ResponseBody,
  respond,
  toConferenceError,
} from '@plenum/protocol';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/** Tells whoever asked that the answer takes longer: their timeout starts anew. A code of 1xx; 102 unless given. */
export type Progress = (body?: ResponseBody) => void;

/** Answers a request by returning a body or throwing a ConferenceError; `undefined` sends no answer. */
export type MessageHandler = (
  message: Request,
  progress: Progress,
) => ResponseBody | undefined | Promise<ResponseBody | undefined>;

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
  /** Called with every provisional answer. */
  readonly onProgress?: ((body: ResponseBody) => void) | undefined;
}

type Draft<M extends Request> = M extends Request ? Omit<M, 'id'> : never;
/** A message before the bus gives it its id. */
export type MessageDraft = Draft<Request>;

export interface MessageBusOptions {
  /** `isTracked`: it is among the `unanswered` as long as its answer is waited for. */
  readonly send: (message: Message, isTracked: boolean) => void;
  /** A published message that nobody listens to, perhaps only not yet. */
  readonly onUnclaimed: (message: Request) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly requestTimeoutMs: number;
}

interface Pending {
  readonly message: Request;
  readonly resolve: (body: ResponseBody) => void;
  readonly reject: (error: ConferenceError) => void;
  /** Starts the timeout anew: a provisional response shows that somebody is at work. */
  readonly extend: (body: ResponseBody) => void;
}

export class MessageBus {
  readonly #options: MessageBusOptions;
  readonly #handlers = new Map<Address, MessageHandler>();
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closedBy: ConferenceError | undefined;

  constructor(options: MessageBusOptions) {
    this.#options = options;
  }

  /** Listens at an address; what it returns ends that. One address has one listener. */
  listen(address: Address, handler: MessageHandler): () => void {
    if (this.#handlers.has(address)) throw new ConferenceError('address-taken');
    this.#handlers.set(address, handler);
    return () => {
      if (this.#handlers.get(address) === handler) this.#handlers.delete(address);
    };
  }

  /** Sends without waiting for anything; an answer, should one come, is dropped. */
  send(draft: MessageDraft): void {
    if (this.#closedBy === undefined) this.#options.send({ ...draft, id: this.#nextId++ } as Request, false);
  }

  /**
   * Sends a request and waits for its final response.
   * @throws ConferenceError: the one the other side answered with, `timeout`, `aborted`, or why the bus closed.
   */
  request(draft: MessageDraft, options: RequestOptions = {}): Promise<ResponseBody> {
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy);
    if (options.signal?.aborted === true) return Promise.reject(new ConferenceError('aborted'));
    const message = { ...draft, id: this.#nextId++ } as Request;
    const answer = this.#await(message, options);
    this.#options.send(message, true);
    return answer;
  }

  /** Requests whose answers are waited for, in the order in which they were made: to be sent again after a lost link. */
  get unanswered(): readonly Request[] {
    return Array.from(this.#pending.values(), ({ message }) => message);
  }

  #await(message: Request, { signal, timeoutMs, onProgress }: RequestOptions): Promise<ResponseBody> {
    const { id } = message;
    const { clock, requestTimeoutMs } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
    const expire = () => this.#pending.get(id)?.reject(new ConferenceError('timeout'));
    const startTimer = () => clock.after(timeoutMs ?? requestTimeoutMs, expire);
    let stopTimer = startTimer();
    const abort = () => this.#pending.get(id)?.reject(new ConferenceError('aborted'));
    signal?.addEventListener('abort', abort, { once: true });
    const settle = () => {
      this.#pending.delete(id);
      stopTimer();
      signal?.removeEventListener('abort', abort);
    };
    this.#pending.set(id, {
      message,
      resolve: (body) => {
        settle();
        resolve(body);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
      extend: (body) => {
        stopTimer();
        stopTimer = startTimer();
        onProgress?.(body);
      },
    });
    return promise;
  }

  /** A message came in over the link. */
  handleMessage(message: Message): void {
    if (this.#closedBy !== undefined) return;
    if (message.type === 'response') this.#handleResponse(message);
    else void this.#handleRequest(message);
  }

  #handleResponse({ id, from, body }: MessageOf<'response'>): void {
    const pending = this.#pending.get(id);
    // Responses come from where the request went; anything else is a stranger's guess at an id.
    if (pending === undefined || pending.message.to !== from) return;
    if (body.code < 200) pending.extend(body);
    else if (body.code < 300) pending.resolve(body);
    else pending.reject(errorOf(body));
  }

  async #handleRequest(message: Request): Promise<void> {
    const isPublished = isPublishAddress(message.to);
    if (isPublished && !this.#handlers.has(message.to)) return this.#options.onUnclaimed(message);
    const body = await this.#answer(message);
    // What is published goes to many; the publisher waits for nobody's answer.
    if (body !== undefined && !isPublished) this.#sendResponse(respond(message, body));
  }

  async #answer(message: Request): Promise<ResponseBody | undefined> {
    const handler = this.#handlers.get(message.to);
    if (handler === undefined) return errorBody(new ConferenceError('address-not-found'));
    try {
      return await handler(message, (body = { code: 102 }) => this.#sendResponse(respond(message, body)));
    } catch (thrown) {
      const error = toConferenceError(thrown);
      if (error.code === 'internal') {
        this.#options.logger.error('a message handler failed', { type: message.type, thrown });
      }
      return errorBody(error);
    }
  }

  #sendResponse(response: MessageOf<'response'>): void {
    if (this.#closedBy === undefined) this.#options.send(response, false);
  }

  /** Ends every pending request with this error. May be called more than once. */
  close(error: ConferenceError): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = error;
    for (const pending of [...this.#pending.values()]) pending.reject(error);
    this.#handlers.clear();
  }
}

function errorOf({ code, description, desc, error }: ResponseBody): ConferenceError {
  const known = error !== undefined && isErrorCode(error.code) ? error.code : 'internal';
  const details = { ...error?.details, status: code };
  return new ConferenceError(known, description ?? desc, { details });
}
