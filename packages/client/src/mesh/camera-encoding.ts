/** What the camera is sent as to one other participant: one encoding, as large as the other shows it. */
import { cameraLayers } from '../camera-layers.ts';

export interface CameraEncoding {
  readonly active: boolean;
  readonly scaleResolutionDownBy: number;
  /** bit/s. */
  readonly maxBitrate: number;
}

/**
 * The smallest of the camera's sizes that fills the tile.
 * @param height Lines captured; undefined where the browser does not say.
 * @param shown Device pixels of height at which the other shows it; 0 out of sight, undefined where it did not say.
 * @param isSmaller Whether it is the size below that, where there is one.
 */
export function cameraEncoding(
  height: number | undefined,
  shown: number | undefined,
  isSmaller = false,
): CameraEncoding {
  const sizes = cameraLayers(height).filter(({ active }) => active);
  const linesOf = (scale: number) => (height ?? 720) / scale;
  const found = sizes.findIndex(
    ({ scaleResolutionDownBy }) => linesOf(scaleResolutionDownBy) >= (shown ?? Infinity),
  );
  const fitting = found === -1 ? sizes.length - 1 : found;
  const { scaleResolutionDownBy, maxBitrate } = sizes[isSmaller ? Math.max(0, fitting - 1) : fitting] ?? {
    scaleResolutionDownBy: 1,
    maxBitrate: 1_700_000,
  };
  return { active: shown !== 0, scaleResolutionDownBy, maxBitrate };
}
