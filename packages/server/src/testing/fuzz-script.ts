/** One visit of a fuzzer: a session that begins as it should, mostly, and goes on as it likes. */
import { createSessionId } from '@plenum/protocol';
import fc from 'fast-check';
import { type AnswerWish, answerWish, writeAnswer } from './fuzz-answers.ts';
import { type Damage, damage, damageText, type Mutation, mutate, mutation } from './fuzz-mutations.ts';
import type { FuzzSession } from './fuzz-session.ts';
import { joining, type Sender, type StepKind, snapshotOf, stepKind, writeStep } from './fuzz-steps.ts';

interface Step {
  readonly kind: StepKind;
  readonly at: number;
  readonly mutations: readonly Mutation[];
  readonly damage: Damage | undefined;
  readonly times: number;
}

export interface Script {
  readonly room: number;
  readonly opening: 'as it should' | 'mutated' | 'none';
  readonly answer: AnswerWish;
  readonly steps: readonly Step[];
  readonly end: 'politely' | 'suddenly';
}

export const stepsPerScript = 46;

const step: fc.Arbitrary<Step> = fc.record({
  kind: stepKind,
  at: fc.nat(),
  mutations: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }), weight: 2 },
  ),
  damage: fc.oneof({ arbitrary: fc.constant(undefined), weight: 15 }, { arbitrary: damage, weight: 1 }),
  times: fc.constantFrom(1, 1, 1, 1, 1, 2),
});

export const script: fc.Arbitrary<Script> = fc.record({
  room: fc.nat(7),
  opening: fc.constantFrom(...Array.from({ length: 8 }, () => 'as it should' as const), 'mutated', 'none'),
  answer: answerWish,
  steps: fc.array(step, { minLength: stepsPerScript, maxLength: stepsPerScript, size: 'max' }),
  end: fc.constantFrom('politely', 'suddenly'),
});

/** Plays it to its end; the socket stays open. */
export async function play(
  session: FuzzSession,
  { room, opening, answer, steps }: Script,
  others: readonly string[],
): Promise<void> {
  const sender: Sender = {
    sessionId: createSessionId(),
    roomId: `fuzz-${room}`,
    others,
    version: 0,
    nextId: 0,
  };
  session.describe = () => snapshotOf(sender, 0);
  await session.opened();
  await open(session, sender, opening, steps);
  const sdp = writeAnswer(session.offers.at(-1) ?? 'v=0', answer);
  // Mostly before anything else happens, so that it is looked at: engines take a moment.
  if (opening === 'as it should') {
    send(session, sender, { ...plain, kind: 'answer', at: steps.length }, sdp);
    await session.decided();
  }
  for (const each of steps) {
    if (!session.isOpen) return;
    send(session, sender, each, sdp);
  }
}

const plain: Omit<Step, 'kind' | 'at'> = { mutations: [], damage: undefined, times: 1 };

async function open(
  session: FuzzSession,
  sender: Sender,
  opening: Script['opening'],
  steps: readonly Step[],
): Promise<void> {
  if (opening === 'none') return;
  joining.forEach((kind, index) => {
    const mutations = opening === 'mutated' ? (steps[index]?.mutations ?? []) : [];
    send(session, sender, { ...plain, kind, at: steps[index]?.at ?? 0, mutations }, '');
  });
  // The answer needs the offer.
  await session.settled();
}

function send(session: FuzzSession, sender: Sender, step: Step, sdp: string): void {
  const { kind, at, mutations, damage: hurt, times } = step;
  const version = sender.version;
  const message = mutate(writeStep(sender, kind, at, sdp), mutations, sender.others);
  // What was changed is hardly accepted, and need not leave a gap each time.
  if (mutations.length > 0 && at % 4 !== 0) sender.version = version;
  const whole = JSON.stringify(message);
  const text = hurt === undefined ? whole : damageText(whole, hurt);
  for (let time = 0; time < times; time++) session.send(text);
}
