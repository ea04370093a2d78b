import type { ParticipantId } from '@plenum/protocol';
import { expect, test } from 'vitest';
import { factsBetween, type RecordedPerson } from './recording-facts.ts';

const [ann, ben] = ['ann', 'ben'] as unknown as readonly [ParticipantId, ParticipantId];
const person = (facts: Partial<RecordedPerson> = {}): RecordedPerson => ({
  name: 'Ann',
  userUrl: 'user://acme.test/ann',
  isModerator: false,
  isSharing: false,
  connection: undefined,
  sources: [],
  ...facts,
});

test('[C61] the index tells what is another: who shares, who moderates, who came and went', () => {
  expect(
    factsBetween(
      new Map([[ben, person()]]),
      new Map([[ann, person({ isModerator: true, isSharing: true })]]),
    ),
  ).toEqual([
    { type: 'participant-left', participantId: ben },
    { type: 'participant-joined', participantId: ann, name: 'Ann' },
    { type: 'moderator-present', userUrl: 'user://acme.test/ann' },
    { type: 'screen-started', participantId: ann },
  ]);
  expect(factsBetween(new Map([[ann, person({ isSharing: true })]]), new Map([[ann, person()]]))).toEqual([
    { type: 'screen-stopped', participantId: ann },
  ]);
  expect(factsBetween(new Map([[ann, person()]]), new Map([[ann, person()]]))).toEqual([]);
});
