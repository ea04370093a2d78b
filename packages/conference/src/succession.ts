/** Who owns the room when its last owner has gone. */
import type { Role } from '@plenum/protocol';

interface Heir {
  readonly role: Role;
  /** Of joining. */
  readonly order: number;
}

const rank: Readonly<Record<Role, number>> = { owner: 0, moderator: 1, participant: 2, listener: 3 };

/** Nobody while an owner is there; else who moderates and has been there longest, then others likewise. */
export function successorAmong<H extends Heir>(present: readonly H[]): H | undefined {
  const [first] = present.toSorted((a, b) => rank[a.role] - rank[b.role] || a.order - b.order);
  return first?.role === 'owner' ? undefined : first;
}
