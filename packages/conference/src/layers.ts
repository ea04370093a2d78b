/** Which simulcast layer fits a tile. The camera is captured in 720 lines at most; layers are a quarter, half and all. */
import type { Layer } from '@plenum/protocol';

// A tile a bit taller than a layer is better served by scaling up a little than by four times the pixels.
const tolerance = 1.25;

/** @param height Device pixels of the tile; undefined where the viewer did not say. */
export function maxLayerFor(height: number | undefined): Layer {
  if (height === undefined) return 2;
  if (height <= 180 * tolerance) return 0;
  return height <= 360 * tolerance ? 1 : 2;
}
