/** Asks for what is on the screen, and for less of it while this device does not keep up with what it is sent. */
import type { Clock } from '@plenum/hyperty';
import type { ParticipantId } from '@plenum/protocol';
import type { CompositeTracks } from '../composite-view.ts';
import type { Decoding, Participant, Signal } from '../conference-client-types.ts';
import { createSignal } from '../signal.ts';
import { atEase, type CompositePace, followPace } from './composite-pace.ts';
import { type DecodeState, type Look, limitedTo, stepOf, transition, unlimited } from './decode-state.ts';
import { DecodeWatch } from './decode-watch.ts';
import { firstStepWithFewer, limitWanted, nextSteps, type Pictures, type Wanted } from './limit-wanted.ts';

export interface PictureLimitContext {
  readonly clock: Clock;
  readonly cores: number;
  readonly getStats: () => Promise<RTCStatsReport>;
  readonly participants: Signal<readonly Participant[]>;
  readonly activeSpeaker: Signal<ParticipantId | undefined>;
  /** Everybody as one picture, while that is shown. */
  readonly composite: Signal<CompositeTracks | undefined>;
  /** Goes for both the media server and who is linked directly. */
  readonly want: (wanted: Wanted) => void;
}

/** Where the application says nothing of heights, everybody is as tall as a camera's picture. */
const fullHeight = 720;

export class PictureLimit {
  readonly decoding: Signal<Decoding>;
  readonly #decoding = createSignal<Decoding>('all');
  readonly #context: PictureLimitContext;
  readonly #watch: DecodeWatch;
  readonly #cleanUps: readonly (() => void)[];
  #state: DecodeState = unlimited;
  /** Undefined while everybody is shown by themselves. */
  #compositePace: CompositePace | undefined;
  #wanted: Wanted | undefined;
  #isAsking = false;
  /** How many cameras were on the screen when less was asked for last. */
  #limitedAt = 0;
  #isClosed = false;

  constructor(context: PictureLimitContext) {
    const { participants, activeSpeaker, composite } = context;
    this.#context = context;
    this.decoding = this.#decoding;
    this.#watch = new DecodeWatch({ ...context, onLook: (look) => this.#handleLook(look) });
    this.#cleanUps = [
      ...[participants, activeSpeaker].map((signal) => signal.subscribe(() => this.#refresh())),
      composite.subscribe(() => this.#followComposite()),
    ];
    this.#followComposite();
    this.#refresh();
  }

  /** Device pixels of height at which everybody is on the screen. */
  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#isAsking = true;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#isClosed) return;
    const pictures = this.#pictures();
    this.#forgetWhatWasForMore(pictures);
    this.#watch.watch(pictures.cameras.size > 0 || pictures.isScreenShown);
    this.#ask(pictures);
  }

  /**
   * Another picture is another matter; what was found of everybody's own holds when they are shown again, but nobody is left out
   * before it was seen that they have to be: who wants to see each does not want to wait for them.
   */
  #followComposite(): void {
    const isShown = this.#context.composite.current !== undefined;
    if (isShown === (this.#compositePace !== undefined)) return;
    this.#compositePace = isShown ? atEase : undefined;
    if (!isShown && stepOf(this.#state) >= firstStepWithFewer) {
      this.#state = limitedTo(firstStepWithFewer - 1);
      this.#ask(this.#pictures());
    }
    this.#tell();
  }

  #tell(): void {
    const pace = this.#compositePace;
    if (pace === undefined) this.#decoding.set(decodingOf(this.#state));
    else this.#decoding.set(pace.isBehind ? 'fewer' : 'all');
  }

  /** What was too much of so many says nothing of half of them. */
  #forgetWhatWasForMore(pictures: Pictures): void {
    const shown = shownCameras(pictures);
    if (stepOf(this.#state) === 0 || shown === 0 || 2 * shown > this.#limitedAt) return;
    this.#state = unlimited;
    this.#tell();
  }

  #pictures(): Pictures {
    const others = this.#context.participants.current.filter(({ isLocal }) => !isLocal);
    const cameras = others.filter(({ camera }) => camera?.muted === false);
    return {
      wanted: this.#wanted ?? Object.fromEntries(others.map(({ id }) => [id, fullHeight])),
      cameras: new Set(cameras.map(({ id }) => id)),
      speaker: this.#context.activeSpeaker.current,
      isScreenShown: others.some(({ screen }) => screen?.muted === false),
    };
  }

  #handleLook(look: Look): void {
    if (this.#compositePace !== undefined) {
      this.#compositePace = followPace(this.#compositePace, look.pace);
      return this.#tell();
    }
    const pictures = this.#pictures();
    const before = stepOf(this.#state);
    this.#state = transition(this.#state, look, nextSteps(pictures, before));
    if (stepOf(this.#state) > before) this.#limitedAt = shownCameras(pictures);
    this.#ask(pictures);
    this.#tell();
  }

  /** Of who said nothing of heights nothing is asked, until something is left out. */
  #ask(pictures: Pictures): void {
    const step = stepOf(this.#state);
    this.#isAsking ||= step > 0;
    if (this.#isAsking) this.#context.want(limitWanted(pictures, step));
  }

  /** May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#watch.close();
    for (const cleanUp of this.#cleanUps) cleanUp();
  }
}

function shownCameras({ wanted, cameras }: Pictures): number {
  return [...cameras].filter((id) => (wanted[id] ?? 0) > 0).length;
}

function decodingOf(state: DecodeState): Decoding {
  const step = stepOf(state);
  if (step === 0) return 'all';
  return step < firstStepWithFewer ? 'smaller' : 'fewer';
}
