/** Samples levels while a room lasts, and tells who is speaking. */
import type { Clock } from '@plenum/hyperty';
import type { ParticipantId } from '@plenum/protocol';
import type { Signal } from './conference-client-types.ts';
import { createSignal } from './signal.ts';
import { hear, type SpeakingState, silence } from './speaking.ts';

/** Often enough that the ring is there within 200 ms of speech. */
const sampleEveryMs = 100;

export function watchSpeaking(
  levels: () => ReadonlyMap<ParticipantId, number>,
  clock: Clock,
): { readonly speaking: Signal<ReadonlySet<ParticipantId>>; readonly stop: () => void } {
  let state: SpeakingState<ParticipantId> = silence();
  const speaking = createSignal(state.speaking);
  let cancel: () => void = () => undefined;
  const sample = () => {
    state = hear(state, levels(), clock.now());
    speaking.set(state.speaking);
    cancel = clock.after(sampleEveryMs, sample);
  };
  cancel = clock.after(sampleEveryMs, sample);
  return { speaking, stop: () => cancel() };
}
