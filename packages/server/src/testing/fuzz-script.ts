/** What a fuzzer does in one visit: it begins as it should, mostly, and goes on as it likes. */
import fc from 'fast-check';
import { type AnswerWish, answerWish } from './fuzz-answers.ts';
import { type Damage, damage, type Mutation, mutation } from './fuzz-mutations.ts';
import type { Manner } from './fuzz-session.ts';
import { type StepKind, stepKind } from './fuzz-steps.ts';

/** One kind of message; how it is changed, and how often it is sent. */
export interface Message {
  readonly kind: StepKind;
  readonly at: number;
  readonly mutations: readonly Mutation[];
  readonly damage: Damage | undefined;
  readonly times: number;
}

const comebacks = [
  'after a break',
  'over a second socket',
  'over two at once',
  'as another session',
  'with another’s token',
  'with an altered token',
] as const;
export type Comeback = (typeof comebacks)[number];

export type Step = Message | { readonly comeback: Comeback; readonly at: number };

export interface Script {
  readonly room: number;
  readonly pass: { readonly kind: 'none' | 'for the room' | 'of a member' | 'bad'; readonly at: number };
  /** Last byte of the address that it comes from. */
  readonly place: number;
  readonly opening: 'as it should' | 'mutated' | 'none';
  readonly answer: AnswerWish;
  readonly manners: readonly Manner[];
  readonly steps: readonly Step[];
  readonly end: 'politely' | 'suddenly';
}

export const stepsPerScript = 46;

const message: fc.Arbitrary<Message> = fc.record({
  kind: stepKind,
  at: fc.nat(),
  mutations: fc.oneof(
    { arbitrary: fc.constant([]), weight: 7 },
    { arbitrary: fc.array(mutation, { minLength: 1, maxLength: 3 }), weight: 3 },
  ),
  damage: fc.oneof({ arbitrary: fc.constant(undefined), weight: 24 }, { arbitrary: damage, weight: 1 }),
  times: fc.constantFrom(1, 1, 1, 1, 1, 2),
});

const comeback = fc.record({
  comeback: fc.constantFrom<Comeback>('after a break', 'after a break', 'over a second socket', ...comebacks),
  at: fc.nat(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: message, weight: 45 },
  { arbitrary: comeback, weight: 1 },
);

const manners: fc.Arbitrary<readonly Manner[]> = fc.array(
  fc.constantFrom<Manner>(
    'as asked',
    'as asked',
    'declines',
    'in two steps',
    'late',
    'never',
    'twice',
    'nonsense',
  ),
  { minLength: 1, maxLength: 6 },
);

export const script: fc.Arbitrary<Script> = fc.record({
  room: fc.nat(7),
  pass: fc.record({
    kind: fc.constantFrom(
      'none',
      'none',
      'none',
      'for the room',
      'for the room',
      'for the room',
      'of a member',
      'bad',
    ),
    at: fc.nat(),
  }),
  place: fc.integer({ min: 1, max: 16 }),
  opening: fc.constantFrom(...Array.from({ length: 14 }, () => 'as it should' as const), 'mutated', 'none'),
  answer: answerWish,
  manners,
  steps: fc.array(step, { minLength: stepsPerScript, maxLength: stepsPerScript, size: 'max' }),
  end: fc.constantFrom('politely', 'suddenly'),
});
