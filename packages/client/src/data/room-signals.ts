/** Reactions and cursors: small messages that come at once or not at all. */
import { type Clock, TokenBucket } from '@plenum/hyperty';
import { ConferenceError, type ParticipantId } from '@plenum/protocol';
import * as v from 'valibot';
import type { Cursor, Reaction } from './file-types.ts';

export interface RoomSignalsContext {
  readonly clock: Clock;
  readonly broadcast: (message: Uint8Array<ArrayBuffer>) => void;
  readonly onReaction: (reaction: Reaction) => void;
  readonly onCursor: (cursor: Cursor) => void;
}

/** One emoji, of however many letters it is made. */
const emojiPattern =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|\p{Emoji_Modifier}|[\u200d\ufe0f\u{e0020}-\u{e007f}])+$/u;
const emojiSchema = v.pipe(v.string(), v.maxLength(32), v.regex(emojiPattern));
const place = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const signalSchema = v.variant('type', [
  v.object({ type: v.literal('reaction'), emoji: emojiSchema }),
  v.object({ type: v.literal('cursor'), x: place, y: place }),
]);
type RoomSignal = v.InferOutput<typeof signalSchema>;

const maxSize = 256;
const reactionRate = { burst: 5, perSecond: 2 };
/** As much as the server lets through of one. */
const heardRate = { burst: 60, perSecond: 40 };
const cursorEveryMs = 50;

export class RoomSignals {
  readonly #context: RoomSignalsContext;
  readonly #reactions = new TokenBucket(reactionRate);
  readonly #heard = new Map<ParticipantId, TokenBucket>();
  #cursor: { readonly x: number; readonly y: number } | undefined;
  #stopWaiting: (() => void) | undefined;

  constructor(context: RoomSignalsContext) {
    this.#context = context;
  }

  /** @throws ConferenceError `bad-request` for what is no emoji, `rate-limited`. */
  react(emoji: string): void {
    if (!v.is(emojiSchema, emoji)) throw new ConferenceError('bad-request', 'That is not an emoji.');
    if (!this.#reactions.take(this.#context.clock.now())) throw new ConferenceError('rate-limited');
    this.#send({ type: 'reaction', emoji });
  }

  /** The last of what is said within a moment counts. @throws ConferenceError `bad-request`. */
  moveCursor(x: number, y: number): void {
    if (!v.is(place, x) || !v.is(place, y))
      throw new ConferenceError('bad-request', 'That is not on the picture.');
    this.#cursor = { x, y };
    if (this.#stopWaiting === undefined) this.#sendCursor();
  }

  #sendCursor(): void {
    if (this.#cursor === undefined) return;
    this.#send({ type: 'cursor', ...this.#cursor });
    this.#cursor = undefined;
    this.#stopWaiting = this.#context.clock.after(cursorEveryMs, () => {
      this.#stopWaiting = undefined;
      this.#sendCursor();
    });
  }

  #send(signal: RoomSignal): void {
    this.#context.broadcast(new TextEncoder().encode(JSON.stringify(signal)));
  }

  /** What somebody sent by the unreliable channel. What is not understood, or too much, changes nothing. */
  handleMessage(from: ParticipantId, message: Uint8Array): void {
    const rate = this.#heard.get(from) ?? new TokenBucket(heardRate);
    this.#heard.set(from, rate);
    if (message.length > maxSize || !rate.take(this.#context.clock.now())) return;
    const signal = parse(message);
    if (signal?.type === 'reaction') this.#context.onReaction({ from, emoji: signal.emoji });
    if (signal?.type === 'cursor') this.#context.onCursor({ from, x: signal.x, y: signal.y });
  }

  /** Who is in the room now: of the others nothing need be remembered. */
  handlePresent(ids: ReadonlySet<string>): void {
    for (const id of this.#heard.keys()) if (!ids.has(id)) this.#heard.delete(id);
  }

  close(): void {
    this.#stopWaiting?.();
    this.#cursor = undefined;
  }
}

function parse(message: Uint8Array): RoomSignal | undefined {
  try {
    const result = v.safeParse(signalSchema, JSON.parse(new TextDecoder().decode(message)));
    return result.success ? result.output : undefined;
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
}
