/**
 * Hands on what participants send over their data channels to the media server: to those whom a message names, or to everybody
 * else. What may not be sent, or is not understood, goes nowhere: there is nobody to tell it to in time.
 */
import { type Clock, TokenBucket } from '@plenum/hyperty';
import type { MediaLink } from '@plenum/media';
import {
  type AddressedMessage,
  ConferenceError,
  type DataChannelName,
  formatForwarded,
  maxDataMessageSize,
  type ParticipantId,
  parseAddressed,
} from '@plenum/protocol';
import type { Participant } from './participant.ts';
import { mayDo } from './permissions.ts';

export interface DataRelayContext {
  readonly clock: Clock;
  readonly participants: ReadonlyMap<ParticipantId, Participant>;
  readonly send: (message: Uint8Array, channel: DataChannelName, to: readonly MediaLink[]) => void;
}

/** A cursor moves twenty times a second. */
const signalRate = { burst: 60, perSecond: 40 };
/** Bytes; a reaction or a place on a picture needs a tenth. */
const maxSignalSize = 1_024;

export class DataRelay {
  readonly #context: DataRelayContext;
  readonly #rates = new WeakMap<Participant, TokenBucket>();

  constructor(context: DataRelayContext) {
    this.#context = context;
  }

  handle(sender: Participant, message: Uint8Array, channel: DataChannelName): void {
    if (!sender.isIn || sender.hasLeft || !mayDo(sender, 'sendData')) return;
    if (channel === 'signals' && !this.#isSignalAllowed(sender, message)) return;
    const addressed = read(message);
    if (addressed === undefined) return;
    const forwarded = formatForwarded({ from: sender.id, payload: addressed.payload });
    if (forwarded.length > maxDataMessageSize) return;
    this.#context.send(forwarded, channel, this.#linksOf(sender, addressed.to));
  }

  #isSignalAllowed(sender: Participant, { length }: Uint8Array): boolean {
    const rate = this.#rates.get(sender) ?? new TokenBucket(signalRate);
    this.#rates.set(sender, rate);
    return length <= maxSignalSize && rate.take(this.#context.clock.now());
  }

  #linksOf(sender: Participant, to: readonly ParticipantId[]): readonly MediaLink[] {
    const { participants } = this.#context;
    const ids = to.length > 0 ? to : [...participants.keys()];
    return ids.flatMap((id) => {
      const { isIn = false, media } = participants.get(id) ?? {};
      return id === sender.id || !isIn || media === undefined ? [] : [media];
    });
  }
}

function read(message: Uint8Array): AddressedMessage | undefined {
  try {
    return parseAddressed(message);
  } catch (thrown) {
    if (thrown instanceof ConferenceError) return undefined;
    throw thrown;
  }
}
