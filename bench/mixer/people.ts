// People who send to a mixer by the clock, of whom the first is bright and heard by turns.
import { RecordedPerson, type Recording, voiceMs } from '@plenum/mixer/testing';
import { type MixRig, ssrcsOf } from './rig.ts';

export interface People {
  /** How many there are, and how many of them, the first, speak. */
  readonly people: number;
  readonly speakers: number;
  /** What the first sends, and what all others do. */
  readonly first: Recording;
  readonly others: Recording;
}

export interface Sending {
  /** When pictures and voices of these numbers went out, in ms on the clock; in order. */
  readonly sentAt: { readonly voice: Map<number, number>; readonly picture: Map<number, number> };
  stop(): void;
}

/** What was missed for longer is left out, as it would be by a camera. */
const madeUpMs = 500;

/** Sends until it is stopped: a voice every 20 ms, a picture every 40, half of the people in one tick and half in the other. */
export function sendTo(rig: MixRig, { people, speakers, first, others }: People): Sending {
  const persons = Array.from(
    { length: people },
    (_, person) => new RecordedPerson(person === 0 ? first : others, ssrcsOf(person)),
  );
  const sentAt = { voice: new Map<number, number>(), picture: new Map<number, number>() };
  const tick = (count: number) => {
    for (const [person, sender] of persons.entries()) {
      if (person < speakers) for (const each of sender.speak(count)) rig.send(person, 'voice', each);
      if (person === 0) sentAt.voice.set(count, performance.now());
      if ((count + person) % 2 !== 0) continue;
      for (const each of sender.show(Math.floor(count / 2))) rig.send(person, 'picture', each);
      if (person === 0) sentAt.picture.set(count / 2, performance.now());
    }
  };
  let count = 0;
  let begun = performance.now();
  let timer: NodeJS.Timeout;
  const wake = () => {
    const lateMs = performance.now() - begun - count * voiceMs;
    if (lateMs > madeUpMs) begun += lateMs;
    for (; begun + count * voiceMs <= performance.now(); count++) tick(count);
    timer = setTimeout(wake, Math.max(0, begun + count * voiceMs - performance.now()));
  };
  wake();
  return { sentAt, stop: () => clearTimeout(timer) };
}
