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
 */
export function cameraEncoding(height: number | undefined, shown: number | undefined): CameraEncoding {
  const sizes = cameraLayers(height).filter(({ active }) => active);
  const linesOf = (scale: number) => (height ?? 720) / scale;
  const fitting = sizes.find(
    ({ scaleResolutionDownBy }) => linesOf(scaleResolutionDownBy) >= (shown ?? Infinity),
  );
  const { scaleResolutionDownBy, maxBitrate } = fitting ??
    sizes.at(-1) ?? { scaleResolutionDownBy: 1, maxBitrate: 1_700_000 };
  return { active: shown !== 0, scaleResolutionDownBy, maxBitrate };
}
