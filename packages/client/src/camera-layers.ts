/** What the camera is sent as: up to three sizes of the same picture (simulcast), so that each viewer gets what fits. */

export interface CameraLayer {
  readonly active: boolean;
  readonly scaleResolutionDownBy: number;
  /** bit/s at which the layer still looks well. */
  readonly maxBitrate: number;
}

/** A layer of fewer lines is not worth sending beside a larger one. */
const leastLines = 180;

/**
 * The three layers, lowest first: a quarter, half and all of what is captured. A small capture has fewer of them, since
 * a quarter of 180 lines would serve nobody.
 * @param height Lines captured; undefined where the browser does not say.
 * @param largest Of those the largest that is to be sent, from 0.
 */
export function cameraLayers(height = 720, largest = 2): readonly CameraLayer[] {
  const scales = [4, 2, 1].filter((scale) => scale === 1 || height / scale >= leastLines);
  return [0, 1, 2].map((index) => {
    const scale = scales[index];
    const lines = height / (scale ?? 1);
    return {
      active: scale !== undefined && index <= largest,
      scaleResolutionDownBy: scale ?? 1,
      maxBitrate: bitrateFor(lines),
    };
  });
}

/** Whether a larger one could be sent than that, 0 the smallest. @param height Lines captured. */
export function isLayerAbove(largest: number, height: number | undefined): boolean {
  return cameraLayers(height).some(({ active }, index) => active && index > largest);
}

/** Frames a second. Of fewer than that, a quarter looks like a picture that stands still. */
const leastFramesInLayers = 10;

/**
 * Whether the media server can leave out some of the frames where there is not enough room for all (W3C WebRTC Scalable
 * Video Coding section 6).
 * @param frameRate Frames captured a second; undefined where the browser does not say.
 */
export function scalabilityModeFor(frameRate = 30): 'L1T1' | 'L1T3' {
  return frameRate < leastFramesInLayers ? 'L1T1' : 'L1T3';
}

function bitrateFor(lines: number): number {
  if (lines <= 180) return 150_000;
  return lines <= 360 ? 500_000 : 1_700_000;
}
