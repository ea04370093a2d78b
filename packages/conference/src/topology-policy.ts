/**
 * Which way media is to go in a room: one pure function.
 *
 * | the room is opened for | and                                              | media goes               |
 * |------------------------|--------------------------------------------------|--------------------------|
 * | `mesh`                 |                                                  | straight to everybody    |
 * | `sfu`, `mcu`           |                                                  | through the media server |
 * | `auto`                 | more want media than go well in a mesh           | through the media server |
 * |                        | somebody sends from outside                      | through the media server |
 * |                        | two of them cannot reach each other              | through the media server |
 * |                        | a device cannot keep up with sending to everybody | through the media server |
 * |                        | somebody wants one picture, or a recording or broadcast does | through the media server |
 * |                        | otherwise                                        | straight to everybody    |
 *
 * Towards the media server a room changes at once; back when it has been as small, reachable and at ease for a while.
 */
import type { Plan, Topology } from '@plenum/protocol';

export interface TopologyFacts {
  readonly topology: Topology;
  /** How many want media. */
  readonly people: number;
  /** In a room that changes over. */
  readonly autoMeshMax: number;
  /** Somebody sends by a link that can only be one to the media server. */
  readonly isSomebodyOutside: boolean;
  /** Two who are there found no way to each other. */
  readonly isSomebodyUnreachable: boolean;
  readonly isSomebodyOverloaded: boolean;
  readonly isCompositeWanted: boolean;
}

export type PlanReason =
  | 'as-opened'
  | 'few-people'
  | 'many-people'
  | 'outside'
  | 'unreachable'
  | 'overloaded'
  | 'composite';

export interface PlanDecision {
  readonly plan: Plan;
  readonly reason: PlanReason;
}

export function decidePlan(facts: TopologyFacts): PlanDecision {
  const { topology, people, autoMeshMax, isSomebodyOutside } = facts;
  const { isSomebodyUnreachable, isSomebodyOverloaded, isCompositeWanted } = facts;
  if (topology === 'mesh') return { plan: 'mesh', reason: 'as-opened' };
  if (topology !== 'auto') return { plan: 'sfu', reason: 'as-opened' };
  if (people > autoMeshMax) return { plan: 'sfu', reason: 'many-people' };
  if (isSomebodyOutside) return { plan: 'sfu', reason: 'outside' };
  if (isSomebodyUnreachable) return { plan: 'sfu', reason: 'unreachable' };
  if (isSomebodyOverloaded) return { plan: 'sfu', reason: 'overloaded' };
  if (isCompositeWanted) return { plan: 'sfu', reason: 'composite' };
  return { plan: 'mesh', reason: 'few-people' };
}
