/**
 * Asks the domain's policies whether a message may pass: twice, when its text arrives and again when it has been read. Rates
 * are counted at the arrival, so that who floods makes no work.
 */
import {
  createDescriber,
  createPolicyEngine,
  defaultPolicy,
  type Evaluation,
  messageAttributes,
  type Policy,
  type PolicyEngine,
  type PolicyRequest,
  timeAttribute,
} from '@plenum/hyperty';
import { ConferenceError, type Message } from '@plenum/protocol';
import type { AddressTable } from './address-table.ts';
import type { OriginTable } from './origin-table.ts';
import { tokensFor, type Wire } from './wire.ts';

export interface GatekeeperContext {
  readonly domain: string;
  /** Decide besides the default one: whatever any of them denies is refused. */
  readonly policies: readonly Policy[];
  readonly addresses: AddressTable;
  readonly origins: OriginTable;
  /** Milliseconds on the clock. */
  readonly now: () => number;
  readonly isoTime: () => string;
}

const arrival: PolicyRequest = { type: 'unread' };

export class Gatekeeper {
  readonly #context: GatekeeperContext;
  readonly #engine: PolicyEngine;
  readonly #describe: (message: Message) => PolicyRequest;

  constructor(context: GatekeeperContext) {
    this.#context = context;
    this.#engine = createPolicyEngine([defaultPolicy, ...context.policies]);
    this.#describe = createDescriber(context.domain);
  }

  /** @throws ConferenceError `rate-limited`, `message-too-large`, or what a rule says. */
  checkArrival(wire: Wire, text: string): void {
    const { origins, now } = this.#context;
    const tokens = tokensFor(text);
    this.#obey(
      this.#engine.evaluate(arrival, (name) => {
        if (name === 'messageSize') return text.length;
        if (name === 'sessionBudget') return wire.countMessage(tokens, now());
        if (name === 'originBudget') return origins.countMessage(wire.origin, tokens);
        return this.#attributeOf(wire, name);
      }),
    );
  }

  /** @throws ConferenceError `not-authorized`, `blocked-by-policy`, or what a rule says. */
  checkMessage(wire: Wire, message: Message): void {
    const attributes = messageAttributes(message, (name) =>
      name === 'ownsSender' ? this.#ownsSender(wire, message) : this.#attributeOf(wire, name),
    );
    this.#obey(this.#engine.evaluate(this.#describe(message), attributes));
  }

  #attributeOf({ isTrusted, origin, session }: Wire, name: string): unknown {
    switch (name) {
      case 'isTrusted':
        return isTrusted;
      case 'origin':
        return origin;
      case 'user':
        return session?.identity.userURL;
      case 'isGuest':
        return session?.identity.isGuest === true;
      default:
        return timeAttribute(name, this.#context.isoTime());
    }
  }

  /** Who opens a session has no address yet. */
  #ownsSender({ session }: Wire, { type, from }: Message): boolean {
    const { addresses } = this.#context;
    if (session === undefined) return true;
    return type === 'response'
      ? addresses.mayAnswerFrom(session, from)
      : addresses.maySendFrom(session, from);
  }

  #obey(evaluation: Evaluation): void {
    if (evaluation.decision === 'permit') return;
    const { code, reason, rule } = evaluation;
    throw new ConferenceError(code, reason, { details: { rule } });
  }
}
