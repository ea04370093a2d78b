/**
 * A room's composite: everybody as one picture and one sound, made while somebody wants it, or it is recorded.
 *
 * | state    | means                                      | goes on with                              |
 * |----------|--------------------------------------------|-------------------------------------------|
 * | off      | nobody wants it                            | somebody does: opening                    |
 * | opening  | the mixer is being asked                   | there: on; refused: failed                |
 * | on       | it can be put into slots                   | nobody wants it: off; ended: opening      |
 * | failed   | there is none; streams are shown instead   | after a while: opening; nobody wants: off |
 */
import { type Clock, type Logger, retryDelayMs } from '@plenum/hyperty';
import type { MediaMix, MixContent, MixOptions, Publisher } from '@plenum/media';
import { type ConferenceError, type ParticipantId, toConferenceError } from '@plenum/protocol';

export interface CompositeContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly createMix: (options: MixOptions) => Promise<MediaMix>;
  /** What there is of it for slots is another now. */
  readonly onChanged: () => void;
  /** It can be recorded, or no longer. */
  readonly onMix: (mix: MediaMix | undefined) => void;
  /** There is none to be had now. */
  readonly onRefused: (reason: ConferenceError) => void;
}

/** What somebody who sees the composite has in their slots. */
export interface CompositeParts {
  readonly picture: Publisher;
  readonly sound: Publisher;
}

type State =
  | { readonly name: 'off' }
  | { readonly name: 'opening' }
  | { readonly name: 'on'; readonly mix: MediaMix; readonly sounds: Map<ParticipantId, Publisher | 'asked'> }
  | { readonly name: 'failed'; readonly stopWaiting: () => void };

export class Composite {
  readonly #context: CompositeContext;
  #state: State = { name: 'off' };
  #content: MixContent = { layout: 'grid', entries: [] };
  #attempts = 0;
  #isClosed = false;

  constructor(context: CompositeContext) {
    this.#context = context;
  }

  /** What is in it; nothing while there is none. */
  get content(): MixContent | undefined {
    return this.#state.name === 'on' ? this.#content : undefined;
  }

  /** What it is to be made of, where somebody wants it. */
  follow(content: MixContent | undefined): void {
    if (this.#isClosed) return;
    if (content === undefined) return this.#turnOff();
    this.#content = content;
    if (this.#state.name === 'on') this.#state.mix.arrange(content);
    if (this.#state.name === 'off') void this.#open();
  }

  /** What somebody sees and hears of it; undefined until it is there. */
  partsFor(id: ParticipantId): CompositeParts | undefined {
    if (this.#state.name !== 'on') return undefined;
    const { mix, sounds } = this.#state;
    const sound = sounds.get(id);
    if (sound === undefined) {
      sounds.set(id, 'asked');
      void this.#askForSound(mix, sounds, id);
    }
    return sound === undefined || sound === 'asked' ? undefined : { picture: mix.picture, sound };
  }

  async #askForSound(
    mix: MediaMix,
    sounds: Map<ParticipantId, Publisher | 'asked'>,
    id: ParticipantId,
  ): Promise<void> {
    try {
      sounds.set(id, await mix.soundFor(id));
      this.#context.onChanged();
    } catch (thrown) {
      // It has ended meanwhile, which is told by its end.
      this.#context.logger.debug('nobody hears the composite', { participantId: id, reason: String(thrown) });
    }
  }

  async #open(): Promise<void> {
    const { createMix, onChanged } = this.#context;
    const opening: State = { name: 'opening' };
    this.#state = opening;
    const isStill = () => this.#state === opening;
    try {
      const mix = await createMix({
        people: this.#content.entries.length,
        onEnded: (reason) => this.#handleEnded(mix, reason),
      });
      if (!isStill()) return mix.close();
      this.#state = { name: 'on', mix, sounds: new Map() };
      this.#attempts = 0;
      mix.arrange(this.#content);
      this.#context.onMix(mix);
    } catch (thrown) {
      if (isStill()) this.#fail(toConferenceError(thrown));
    }
    onChanged();
  }

  #handleEnded(mix: MediaMix, { code }: ConferenceError): void {
    if (this.#state.name !== 'on' || this.#state.mix !== mix) return;
    this.#context.logger.warn('the composite ended', { code });
    this.#context.onMix(undefined);
    void this.#open();
    this.#context.onChanged();
  }

  #fail(reason: ConferenceError): void {
    this.#context.logger.warn('no composite', { code: reason.code });
    const again = () => void this.#open();
    const stopWaiting = this.#context.clock.after(retryDelayMs(this.#attempts++), again);
    this.#state = { name: 'failed', stopWaiting };
    this.#context.onRefused(reason);
  }

  #turnOff(): void {
    const before = this.#state;
    this.#state = { name: 'off' };
    if (before.name === 'failed') before.stopWaiting();
    if (before.name !== 'on') return;
    before.mix.close();
    this.#context.onMix(undefined);
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#turnOff();
  }
}
