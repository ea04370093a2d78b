/** What browsers said of real connections, for tests; only the members that are read. */
import chromiumBlocked from './fixtures/chromium-blocked.json' with { type: 'json' };
import chromiumPair from './fixtures/chromium-pair.json' with { type: 'json' };
import chromiumPairPictures from './fixtures/chromium-pair-pictures.json' with { type: 'json' };
import chromiumStar from './fixtures/chromium-star.json' with { type: 'json' };
import chromiumStarPictures from './fixtures/chromium-star-pictures.json' with { type: 'json' };
import firefoxPair from './fixtures/firefox-pair.json' with { type: 'json' };
import firefoxPairPictures from './fixtures/firefox-pair-pictures.json' with { type: 'json' };
import firefoxStar from './fixtures/firefox-star.json' with { type: 'json' };
import firefoxStarPictures from './fixtures/firefox-star-pictures.json' with { type: 'json' };
import type { Stat, Stats } from './stats.ts';

export function toStats(recorded: readonly Stat[]): Stats {
  return new Map(recorded.map((stat) => [stat.id, stat]));
}

export const recorded = {
  /** To the media server, by Chromium 156 and Firefox 140. */
  chromiumStar: toStats(chromiumStar),
  firefoxStar: toStats(firefoxStar),
  /** Straight to another participant. */
  chromiumPair: toStats(chromiumPair),
  firefoxPair: toStats(firefoxPair),
  /** To a media server that cannot be reached, after ten seconds. */
  chromiumBlocked: toStats(chromiumBlocked),
};

/**
 * The pictures of a call at two looks, two seconds apart. To the media server: the camera goes out by m-line 1, two others'
 * come by c and d and a screen by e. Straight to another: both go by m-line 1.
 */
export const recordedPictures = {
  chromiumStar: chromiumStarPictures.map(toStats),
  firefoxStar: firefoxStarPictures.map(toStats),
  chromiumPair: chromiumPairPictures.map(toStats),
  firefoxPair: firefoxPairPictures.map(toStats),
};
