import { expect, test } from 'vitest';
import { decidePlan, type PlanReason, type TopologyFacts } from './topology-policy.ts';

const facts: TopologyFacts = {
  topology: 'auto',
  people: 2,
  autoMeshMax: 3,
  isSomebodyOutside: false,
  isSomebodyUnreachable: false,
  isSomebodyOverloaded: false,
  isCompositeWanted: false,
};

test.each<[string, Partial<TopologyFacts>, 'mesh' | 'sfu', PlanReason]>([
  ['opened for a mesh is one, however many there are', { topology: 'mesh', people: 9 }, 'mesh', 'as-opened'],
  [
    'opened for the media server uses it, however few there are',
    { topology: 'sfu', people: 1 },
    'sfu',
    'as-opened',
  ],
  ['that changes over begins direct', { people: 0 }, 'mesh', 'few-people'],
  ['of two is direct', { people: 2 }, 'mesh', 'few-people'],
  ['of three is direct', { people: 3 }, 'mesh', 'few-people'],
  ['of four uses the media server', { people: 4 }, 'sfu', 'many-people'],
  ['into which somebody sends from outside uses it too', { isSomebodyOutside: true }, 'sfu', 'outside'],
  ['in which two cannot reach each other uses it too', { isSomebodyUnreachable: true }, 'sfu', 'unreachable'],
  ['in which a device does not keep up uses it too', { isSomebodyOverloaded: true }, 'sfu', 'overloaded'],
  ['in which somebody wants the composite uses it too', { isCompositeWanted: true }, 'sfu', 'composite'],
  ['opened for the composite uses it', { topology: 'mcu', people: 1 }, 'sfu', 'as-opened'],
  [
    'names the number first',
    { people: 4, isSomebodyUnreachable: true, isSomebodyOverloaded: true },
    'sfu',
    'many-people',
  ],
])('[C48] a room %s', (_what, given, plan, reason) => {
  expect(decidePlan({ ...facts, ...given })).toEqual({ plan, reason });
});
