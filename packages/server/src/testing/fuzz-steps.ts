/** Valid messages of a session: one for each step of a stay in a room and of everything else that a client may ask. */
import fc from 'fast-check';
import type { Draft, Sender, Write } from './fuzz-drafts.ts';
import { linkSteps } from './fuzz-link-steps.ts';
import { nodeSteps } from './fuzz-node-steps.ts';
import { objectSteps } from './fuzz-object-steps.ts';
import { roomSteps } from './fuzz-room-steps.ts';

const drafts = { ...nodeSteps, ...linkSteps, ...roomSteps, ...objectSteps } as const;
export type StepKind = keyof typeof drafts;

/** What a stay in a room begins with. */
export const joining: readonly StepKind[] = [
  'open',
  'claim',
  'allow',
  'joinRoom',
  'ask for the resume token',
];

/** The same where a room with a lobby is wanted. */
export const joiningByLobby: readonly StepKind[] = joining.toSpliced(3, 0, 'createRoom');

/** After these there is little left to do, so they come once where others come often. */
const seldom: readonly StepKind[] = ['end session', 'closeRoom', 'delete the object', 'release', 'leaveRoom'];
const often: readonly StepKind[] = [
  'answer',
  'publications',
  'wanted',
  'wish for an ICE restart',
  'joinRoom',
  'write a resource',
  'observe a child',
  'decideAdmission',
  'setRole',
];
const kinds = Object.keys(drafts) as StepKind[];
const usual = kinds.filter((kind) => !seldom.includes(kind));

export const stepKind: fc.Arbitrary<StepKind> = fc.constantFrom(
  ...often,
  ...often,
  ...seldom,
  ...usual,
  ...usual,
  ...usual,
);

/** @param at Chooses among the variants of a step. @param sdp The answer to an offer. */
export function writeStep(
  sender: Sender,
  kind: StepKind,
  at: number,
  sdp: string,
): Draft & { readonly id: number } {
  const write: Write = drafts[kind];
  const draft = write(sender, at, sdp);
  sender.nextId += 1;
  return { id: sender.nextId, ...draft };
}
