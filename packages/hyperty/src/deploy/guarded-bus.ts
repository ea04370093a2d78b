/**
 * The bus of a hyperty that the host does not trust: it sends only in its own name, and everything ends with it. The
 * messaging node checks the same of its session; this keeps a mistake there from being one here. SPEC.md rule DE6.
 */
import {
  type Address,
  ConferenceError,
  dataObjectSchemes,
  type HypertyUrl,
  isPublishAddress,
  type ResponseBody,
  splitAddress,
  wellKnown,
} from '@plenum/protocol';
import type { MessageBus, MessageDraft } from '../message-bus.ts';
import type { HypertyBus, HypertyListener } from './contract.ts';

/** Addresses that one hyperty listens at. */
const maxListeners = 64;

/** Longest wait for an answer, in milliseconds. */
const maxTimeoutMs = 120_000;

const ownSchemes: ReadonlySet<string> = new Set(['hyperty', ...dataObjectSchemes]);

export class GuardedBus implements HypertyBus {
  readonly #bus: Pick<MessageBus, 'send' | 'request' | 'listen'>;
  readonly #url: HypertyUrl;
  readonly #session: Address;
  readonly #listeners = new Set<() => void>();
  #isClosed = false;

  constructor(bus: Pick<MessageBus, 'send' | 'request' | 'listen'>, url: HypertyUrl) {
    this.#bus = bus;
    this.#url = url;
    this.#session = wellKnown.session(splitAddress(url)?.domain ?? '');
  }

  send(message: MessageDraft): void {
    this.#check(message);
    this.#bus.send(message);
  }

  request(
    message: MessageDraft,
    { timeoutMs }: { readonly timeoutMs?: number | undefined } = {},
  ): Promise<ResponseBody> {
    try {
      this.#check(message);
    } catch (refusal) {
      return Promise.reject(refusal);
    }
    const bounded = timeoutMs === undefined ? undefined : Math.min(Math.max(timeoutMs, 1), maxTimeoutMs);
    return this.#bus.request(message, { timeoutMs: bounded });
  }

  listen(address: Address, listener: HypertyListener): () => void {
    if (this.#isClosed) throw new ConferenceError('closed');
    if (!isOwnAddress(this.#url, address) && !isPublishAddress(address)) {
      throw new ConferenceError('not-authorized', 'A hyperty listens at its own addresses.');
    }
    if (this.#listeners.size >= maxListeners) throw new ConferenceError('capacity-exceeded');
    const stopListening = this.#bus.listen(address, listener);
    const stop = () => {
      this.#listeners.delete(stop);
      stopListening();
    };
    this.#listeners.add(stop);
    return stop;
  }

  #check({ from, to }: MessageDraft): void {
    if (this.#isClosed) throw new ConferenceError('closed');
    if (!isOwnAddress(this.#url, from)) {
      throw new ConferenceError('not-authorized', 'A hyperty sends from its own addresses.');
    }
    // The session is the host's to open and to end.
    if (to === this.#session) throw new ConferenceError('not-authorized');
  }

  /** Nothing is sent or heard any more. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    for (const stop of [...this.#listeners]) stop();
  }
}

/** The hyperty's address, one below it, or an object's below the same path. */
export function isOwnAddress(url: HypertyUrl, address: Address): boolean {
  const own = splitAddress(url);
  const parts = splitAddress(address);
  if (own === undefined || parts === undefined) return false;
  const isBelow = parts.path === own.path || parts.path.startsWith(`${own.path}/`);
  return ownSchemes.has(parts.scheme) && parts.domain === own.domain && isBelow;
}
