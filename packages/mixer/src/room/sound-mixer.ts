/** Everybody's sound, fifty times a second: each hears all others. Who says nothing hears what all who say nothing hear, encoded once. */
import { isLoud } from '../audio/loudness.ts';
import { sampleRate, sumOf, take, without } from '../audio/mix.ts';
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
/** Ticks that somebody is shown as speaking after they were loud: longer than the gaps between words, as in the app. */
const shownFor = 30;

interface Speaker {
  readonly ownerId: string;
  readonly voice: VoiceInput;
  ticksSinceVoice: number;
  ticksSinceLoud: number;
}

interface Listener {
  readonly encoder: VoiceEncoder;
  readonly stream: OutgoingStream;
}

export class SoundMixer {
  readonly #shared: VoiceEncoder;
  readonly #speakers = new Map<string, Speaker>();
  readonly #taps: Taps;
  readonly #listeners = new Map<string, Listener>();
  /** Of the first sample of the next tick. */
  #timestamp = 0;

  private constructor(shared: VoiceEncoder, taps: Taps) {
    this.#shared = shared;
    this.#taps = taps;
  }

  /** @param taps Who is handed everybody's sound. */
  static async open(taps: Taps): Promise<SoundMixer> {
    return new SoundMixer(await VoiceEncoder.open(heardSettings), taps);
  }

  /** @param ownerId Who does not hear it. @param voice What is said; the caller closes it. Undefined for who says nothing. */
  setVoice(id: string, ownerId: string, voice: VoiceInput | undefined): void {
    if (this.#speakers.get(id)?.voice === voice) return;
    if (voice === undefined) this.#speakers.delete(id);
    else this.#speakers.set(id, { ownerId, voice, ticksSinceVoice: speakingFor, ticksSinceLoud: shownFor });
  }

  /** @param encoder Of what they hear while they speak; the caller closes it. Undefined for who does not listen. */
  setListener(
    id: string,
    encoder: VoiceEncoder | undefined,
    stream: Omit<OutgoingOptions, 'clockRate'> | undefined,
  ): void {
    if (this.#listeners.get(id)?.encoder === encoder) return;
    this.#listeners.delete(id);
    if (encoder === undefined || stream === undefined) return;
    this.#listeners.set(id, { encoder, stream: new OutgoingStream({ ...stream, clockRate: sampleRate }) });
  }

  remove(id: string): void {
    this.#speakers.delete(id);
    this.#listeners.delete(id);
  }

  /** @param now Milliseconds on the clock. @param dueMs The same, of when it was due: what is late is not heard later for it. */
  tick(now: number, dueMs: number): void {
    const said = new Map<string, Int16Array>();
    for (const [id, speaker] of this.#speakers) {
      const block = speaker.voice.take(samplesEach, now);
      speaker.ticksSinceVoice = block === undefined ? speaker.ticksSinceVoice + 1 : 0;
      speaker.ticksSinceLoud = block !== undefined && isLoud(block) ? 0 : speaker.ticksSinceLoud + 1;
      if (block !== undefined) said.set(id, block);
    }
    const sum = sumOf([...said.values()], samplesEach);
    const mixed = without(sum, undefined);
    const forSilent = this.#shared.encode(mixed);
    for (const [id, { encoder, stream }] of this.#listeners) {
      const own = [...this.#speakers].filter(([, { ownerId }]) => ownerId === id);
      const isSpeaking = own.some(([, { ticksSinceVoice }]) => ticksSinceVoice < speakingFor);
      const others = isSpeaking ? own.reduce((rest, [key]) => take(rest, said.get(key)), sum) : sum;
      const heard = isSpeaking ? encoder.encode(without(others, undefined)) : forSilent;
      if (heard !== undefined) stream.sendFrame([heard], this.#timestamp);
    }
    this.#timestamp += samplesEach;
    this.#taps.handleSound({ samples: mixed, opus: forSilent, timeMs: dueMs });
  }

  /** Whether somebody is heard now, or was a moment ago. */
  isSpeaking(id: string): boolean {
    return (this.#speakers.get(id)?.ticksSinceLoud ?? shownFor) < shownFor;
  }

  /** @param wallMs Milliseconds since 1970. */
  report(wallMs: number): void {
    for (const { stream } of this.#listeners.values()) stream.sendReport(wallMs, this.#timestamp);
  }

  close(): void {
    this.#shared.close();
  }
}
