/**
 * A room's composite: everybody as one picture and one sound, made while somebody wants it, or it is recorded or broadcast. One is opened at a time; where another is
 * wanted, in another codec, it is there before the one before goes.
 *
 * | state    | means                                              | goes on with                                  |
 * |----------|----------------------------------------------------|-----------------------------------------------|
 * | idle     | nothing is asked for: there is one, or none wanted | another wanted: opening                       |
 * | opening  | the mixer is being asked                           | there: idle; refused, or not in the codec that serves best: waiting |
 * | waiting  | it was refused, or did not live long               | after a while, or where other codecs will do or somebody asks who does not wait: opening, where still wanted |
 */
import type { Clock, Logger } from '@plenum/hyperty';
import type { MediaMix, MixCodec, MixContent, MixOptions, Publisher } from '@plenum/media';
import { type ConferenceError, type ParticipantId, toConferenceError } from '@plenum/protocol';

export interface CompositeContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createMix: (options: MixOptions) => Promise<MediaMix>;
  /** What there is of it for slots is another now. */
  readonly onChanged: () => void;
  /** It can be recorded, and where it is in H.264 broadcast, or no longer. */
  readonly onMix: (mix: MediaMix | undefined, codec: MixCodec | undefined) => void;
  /** There is none to be had now, in no codec that will do. */
  readonly onRefused: (reason: ConferenceError) => void;
}

/** What somebody who sees the composite has in their slots. */
export interface CompositeParts {
  readonly picture: Publisher;
  readonly sound: Publisher;
}

interface Wanted {
  readonly content: MixContent;
  /** Those that will do, the one that serves best first. */
  readonly codecs: readonly MixCodec[];
  /** Whether it was only chosen for people, and nobody asked for it. */
  readonly isUnasked: boolean;
}

interface Current {
  readonly mix: MediaMix;
  readonly codec: MixCodec;
  /** Milliseconds on the clock. */
  readonly since: number;
  readonly sounds: Map<ParticipantId, Publisher | 'asked'>;
}

type State =
  | { readonly name: 'idle' }
  | { readonly name: 'opening' }
  | { readonly name: 'waiting'; readonly refused: Omit<Wanted, 'content'>; readonly stop: () => void };

/** Who looks away often looks again. */
const keptMs = 5_000;
/** What ends sooner than that was not worth trying again at once. */
const shortLifeMs = 10_000;
/** Between two attempts: at first, doubled each time, and at most. */
const [firstWaitMs, longestWaitMs] = [500, 60_000];

export class Composite {
  readonly #context: CompositeContext;
  #state: State = { name: 'idle' };
  #current: Current | undefined;
  #wanted: Wanted | undefined;
  #stopKeeping: (() => void) | undefined;
  /** Attempts in a row that came to nothing. */
  #failures = 0;
  #isClosed = false;

  constructor(context: CompositeContext) {
    this.#context = context;
  }

  /** What is in it; nothing while there is none. */
  get content(): MixContent | undefined {
    return this.#current === undefined ? undefined : this.#wanted?.content;
  }

  /** Whether it was asked for, and there is none. */
  get isRefused(): boolean {
    return this.#state.name === 'waiting' && this.#current === undefined;
  }

  /** Of the picture, while there is one. */
  get codec(): MixCodec | undefined {
    return this.#current?.codec;
  }

  /** What is wanted, where anything is. @param isUrgent Whoever asks now does not wait for what others were refused before. */
  follow(wanted: Wanted | undefined, isUrgent: boolean): void {
    if (this.#isClosed) return;
    this.#wanted = wanted;
    const isAnother = this.#state.name === 'waiting' && !isSameWish(this.#state.refused, wanted);
    if (wanted !== undefined && (isUrgent || isAnother)) this.#stopWaiting();
    this.#settle();
  }

  #stopWaiting(): void {
    if (this.#state.name !== 'waiting') return;
    this.#state.stop();
    this.#state = { name: 'idle' };
  }

  #settle(): void {
    if (this.#wanted === undefined) {
      if (this.#current !== undefined)
        this.#stopKeeping ??= this.#context.clock.after(keptMs, () => this.#giveUp());
      return;
    }
    this.#stopKeeping?.();
    this.#stopKeeping = undefined;
    this.#current?.mix.arrange(this.#wanted.content);
    const [best] = this.#wanted.codecs;
    if (this.#current?.codec !== best && this.#state.name === 'idle') void this.#open(this.#wanted);
  }

  /** In the first of the codecs in which it can be had; what there is already stays where none is better. */
  async #open(wanted: Wanted): Promise<void> {
    this.#state = { name: 'opening' };
    let refusal: ConferenceError | undefined;
    for (const codec of wanted.codecs) {
      if (codec === this.#current?.codec) break;
      try {
        const opened = await this.#make(wanted, codec);
        if (this.#isClosed) return opened.mix.close();
        this.#replace(opened);
        break;
      } catch (thrown) {
        refusal = toConferenceError(thrown);
      }
    }
    this.#state = { name: 'idle' };
    // What is wanted otherwise by now was not refused.
    if (refusal !== undefined && isSameWish(wanted, this.#wanted)) this.#wait(refusal, wanted);
    this.#settle();
    this.#context.onChanged();
  }

  async #make({ content, isUnasked }: Wanted, codec: MixCodec): Promise<Current> {
    const { clock, createMix } = this.#context;
    const mix = await createMix({
      people: content.entries.length,
      codec,
      isUnasked,
      replaces: this.#current?.mix,
      onEnded: (reason) => this.#handleEnded(mix, reason),
    });
    return { mix, codec, since: clock.now(), sounds: new Map() };
  }

  #replace(current: Current | undefined): void {
    const before = this.#current;
    this.#current = current;
    if (before !== undefined) {
      this.#context.onMix(undefined, undefined);
      before.mix.close();
    }
    if (current !== undefined) this.#context.onMix(current.mix, current.codec);
  }

  /** Nobody wants it any more. */
  #giveUp(): void {
    this.#stopKeeping = undefined;
    this.#replace(undefined);
    this.#context.onChanged();
  }

  #handleEnded(mix: MediaMix, reason: ConferenceError): void {
    if (this.#current?.mix !== mix) return;
    const isShort = this.#context.clock.now() - this.#current.since < shortLifeMs;
    this.#current = undefined;
    this.#context.onMix(undefined, undefined);
    this.#context.logger.warn('the composite ended', { code: reason.code });
    if (!isShort) this.#failures = 0;
    const wanted = this.#wanted;
    const isToWait = isShort && this.#failures > 0 && this.#state.name === 'idle';
    if (isToWait && wanted !== undefined) this.#wait(reason, wanted);
    // At once the first time: nobody waits for what may well go.
    else this.#failures += 1;
    this.#settle();
    this.#context.onChanged();
  }

  #wait(reason: ConferenceError, refused: Wanted): void {
    const { code, cause } = reason;
    const { codecs } = refused;
    const instead = this.#current?.codec;
    this.#context.logger.warn('no composite', { code, cause: String(cause), codec: codecs[0], instead });
    const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** this.#failures);
    this.#failures += 1;
    const stop = this.#context.clock.after(waitMs, () => {
      this.#state = { name: 'idle' };
      this.#settle();
    });
    this.#state = { name: 'waiting', refused, stop };
    const isThereOne = instead !== undefined && codecs.includes(instead);
    if (!isThereOne) this.#context.onRefused(reason);
  }

  /** What somebody sees and hears of it; undefined until it is there. @param isSmall Whether the small picture is for them. */
  partsFor(id: ParticipantId, isSmall: boolean): CompositeParts | undefined {
    if (this.#current === undefined) return undefined;
    const { mix, sounds } = this.#current;
    const sound = sounds.get(id);
    if (sound === undefined) void this.#askForSound(this.#current, id);
    if (sound === undefined || sound === 'asked') return undefined;
    return { picture: isSmall ? mix.smallPicture : mix.picture, sound };
  }

  async #askForSound({ mix, sounds }: Current, id: ParticipantId): Promise<void> {
    sounds.set(id, 'asked');
    try {
      const sound = await mix.soundFor(id);
      // Who looks away meanwhile needs none.
      if (sounds.get(id) !== 'asked') return;
      sounds.set(id, sound);
      this.#context.onChanged();
    } catch (thrown) {
      sounds.delete(id);
      this.#context.logger.debug('nobody hears the composite', { participantId: id, reason: String(thrown) });
    }
  }

  /** Whether it is made smaller as well. */
  showSmall(isWanted: boolean): void {
    this.#current?.mix.showSmall(isWanted);
  }

  /** Who sees it now: of all others no sound is made. */
  keepSoundsOf(viewers: ReadonlySet<ParticipantId>): void {
    for (const id of this.#current?.sounds.keys() ?? []) {
      if (viewers.has(id)) continue;
      this.#current?.sounds.delete(id);
      this.#current?.mix.releaseSound(id);
    }
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#wanted = undefined;
    this.#stopKeeping?.();
    if (this.#state.name === 'waiting') this.#state.stop();
    this.#replace(undefined);
  }
}

function isSameWish(one: Omit<Wanted, 'content'>, other: Omit<Wanted, 'content'> | undefined): boolean {
  return one.codecs.join() === other?.codecs.join() && one.isUnasked === other.isUnasked;
}
