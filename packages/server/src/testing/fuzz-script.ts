/** One visit of a fuzzer: a session that begins as it should, mostly, and goes on as it likes. */
import { createSessionId } from '@plenum/protocol';
import fc from 'fast-check';
import { type AnswerWish, answerWish, writeAnswer } from './fuzz-answers.ts';
import { type Damage, damage, damageText, type Mutation, mutate, mutation } from './fuzz-mutations.ts';
import type { FuzzSession } from './fuzz-session.ts';
import { joining, type Sender, type StepKind, stepKind, writeStep } from './fuzz-steps.ts';

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
  mutations: fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 3 })),
  damage: fc.oneof({ arbitrary: fc.constant(undefined), weight: 15 }, { arbitrary: damage, weight: 1 }),
  times: fc.constantFrom(1, 1, 1, 1, 1, 2),
});

export const script: fc.Arbitrary<Script> = fc.record({
  room: fc.nat(7),
  opening: fc.constantFrom('as it should', 'as it should', 'as it should', 'as it should', 'mutated', 'none'),
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
  await session.opened();
  await open(session, sender, opening, steps);
  for (const each of steps) {
    if (!session.isOpen) return;
    const sdp = each.kind === 'answer' ? writeAnswer(session.offers.at(-1) ?? 'v=0', answer) : '';
    send(session, sender, each, sdp);
  }
}

async function open(
  session: FuzzSession,
  sender: Sender,
  opening: Script['opening'],
  steps: readonly Step[],
): Promise<void> {
  if (opening === 'none') return;
  joining.forEach((kind, index) => {
    const mutations = opening === 'mutated' ? (steps[index]?.mutations ?? []) : [];
    send(session, sender, { kind, at: steps[index]?.at ?? 0, mutations, damage: undefined, times: 1 }, '');
  });
  // The answer needs the offer.
  await session.settled();
}

function send(session: FuzzSession, sender: Sender, step: Step, sdp: string): void {
  const { kind, at, mutations, damage: hurt, times } = step;
  const message = mutate(writeStep(sender, kind, at, sdp), mutations, sender.others);
  const whole = JSON.stringify(message);
  const text = hurt === undefined ? whole : damageText(whole, hurt);
  for (let time = 0; time < times; time++) session.send(text);
}
