/** What of somebody's sources reaches the others: what they publish, as far as they may and no moderator muted it. */
import type { ParticipantId, Publications, Source } from '@plenum/protocol';

/** A moderator muted a source. */
export interface ModeratorMute {
  readonly by: ParticipantId;
  /** Whether its owner has muted it too since: who starts it after that has done so knowingly. */
  readonly isAcknowledged: boolean;
}

export type ModeratorMutes = ReadonlyMap<Source, ModeratorMute>;

function isMuted(claimed: Publications, source: Source): boolean {
  return claimed[source]?.muted ?? true;
}

/** The mutes with one more. */
export function mute(
  mutes: ModeratorMutes,
  claimed: Publications,
  source: Source,
  by: ParticipantId,
): ModeratorMutes {
  return new Map(mutes).set(source, { by, isAcknowledged: isMuted(claimed, source) });
}

/**
 * The mutes after what the client says now. A client that says still what it said before the mute knows nothing of it and
 * lifts nothing; one that has muted and then starts again lifts it.
 */
export function followClaims(mutes: ModeratorMutes, claimed: Publications): ModeratorMutes {
  if (mutes.size === 0) return mutes;
  const kept = new Map<Source, ModeratorMute>();
  for (const [source, { by, isAcknowledged }] of mutes) {
    if (isMuted(claimed, source)) kept.set(source, { by, isAcknowledged: true });
    else if (!isAcknowledged) kept.set(source, { by, isAcknowledged });
  }
  return kept;
}

/** What the others see; a source that one may not publish is not there. */
export function visiblePublications(
  claimed: Publications,
  mayPublish: (source: Source) => boolean,
  mutes: ModeratorMutes,
): Publications {
  const visible: Publications = {};
  for (const [key, { muted }] of Object.entries(claimed)) {
    const source = key as Source;
    if (!mayPublish(source)) continue;
    const by = mutes.get(source)?.by;
    visible[source] = by === undefined ? { muted } : { muted: true, mutedBy: by };
  }
  return visible;
}
