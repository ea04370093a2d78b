/** Everybody's sound, fifty times a second: each hears all others. Who says nothing hears what all who say nothing hear, encoded once. */
import { sampleRate, sumOf, without } from '../audio/mix.ts';
import { VoiceEncoder, type VoiceSettings } from '../av/voice-codec.ts';
import { type OutgoingOptions, OutgoingStream } from './outgoing-stream.ts';
import type { Taps } from './taps.ts';
import type { VoiceInput } from './voice-input.ts';

const soundTickMs = 20;
const samplesEach = (sampleRate * soundTickMs) / 1_000;
/** Of speech by several. */
export const heardSettings: VoiceSettings = { bitrateBps: 40_000 };
/** Ticks that somebody who paused counts as speaking: to change from one encoder to another is heard a little. */
const speakingFor = 50;
/** Milliseconds that the ticks may be off the clock before the sound's time follows it. */
const offAtMost = 100;

interface Listener {
  readonly voice: VoiceInput | undefined;
  readonly encoder: VoiceEncoder;
  readonly stream: OutgoingStream;
  ticksSinceVoice: number;
}

export class SoundMixer {
  readonly #shared: VoiceEncoder;
  readonly #taps: Taps;
  readonly #listeners = new Map<string, Listener>();
  /** Of the first sample of the next tick. */
  #timestamp = 0;
  /** Milliseconds on the clock; undefined before the first tick. */
  #timeMs: number | undefined;

  private constructor(shared: VoiceEncoder, taps: Taps) {
    this.#shared = shared;
    this.#taps = taps;
  }

  /** @param taps Who is handed everybody's sound. */
  static async open(taps: Taps): Promise<SoundMixer> {
    return new SoundMixer(await VoiceEncoder.open(heardSettings), taps);
  }

  /**
   * @param voice What they say; the caller closes it. Undefined for who only listens.
   * @param encoder Of what they hear while they speak; closed here.
   */
  add(
    id: string,
    voice: VoiceInput | undefined,
    encoder: VoiceEncoder,
    stream: Omit<OutgoingOptions, 'clockRate'>,
  ): void {
    this.remove(id);
    const outgoing = new OutgoingStream({ ...stream, clockRate: sampleRate });
    this.#listeners.set(id, { voice, encoder, stream: outgoing, ticksSinceVoice: speakingFor });
  }

  remove(id: string): void {
    this.#listeners.get(id)?.encoder.close();
    this.#listeners.delete(id);
  }

  /** @param now Milliseconds on the clock. */
  tick(now: number): void {
    const said = new Map([...this.#listeners].map(([id, { voice }]) => [id, voice?.take(samplesEach, now)]));
    const sum = sumOf(
      [...said.values()].filter((one) => one !== undefined),
      samplesEach,
    );
    const mixed = without(sum, undefined);
    const forSilent = this.#shared.encode(mixed);
    for (const [id, listener] of this.#listeners) {
      const own = said.get(id);
      listener.ticksSinceVoice = own === undefined ? listener.ticksSinceVoice + 1 : 0;
      const isSpeaking = listener.ticksSinceVoice < speakingFor;
      const heard = isSpeaking ? listener.encoder.encode(without(sum, own)) : forSilent;
      if (heard !== undefined) listener.stream.sendFrame([heard], this.#timestamp);
    }
    this.#timestamp += samplesEach;
    this.#timeMs = timeOfTick(this.#timeMs, now);
    this.#taps.handleSound({ samples: mixed, opus: forSilent, timeMs: this.#timeMs });
  }

  /** @param wallMs Milliseconds since 1970. */
  report(wallMs: number): void {
    for (const { stream } of this.#listeners.values()) stream.sendReport(wallMs, this.#timestamp);
  }

  close(): void {
    for (const id of [...this.#listeners.keys()]) this.remove(id);
    this.#shared.close();
  }
}

/** Ticks come unevenly, and sound goes on evenly; only where ticks were left out is there a gap. */
function timeOfTick(lastMs: number | undefined, now: number): number {
  if (lastMs === undefined) return now;
  const expected = lastMs + soundTickMs;
  return now - expected > offAtMost ? now : expected;
}
