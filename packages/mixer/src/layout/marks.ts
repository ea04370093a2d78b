/** Small signs beside a name, drawn without a font: who cannot be heard, and who has a hand up. Pure functions. */

export type Mark = 'muted' | 'hand';

type Point = readonly [x: number, y: number];

/** A line with round ends, in a square whose sides are 1. */
interface Stroke {
  readonly from: Point;
  readonly to: Point;
  readonly radius: number;
  /** Takes away what was drawn before it. */
  readonly isCut?: true;
}

const line = (from: Point, to: Point, radius: number): Stroke => ({ from, to, radius });

/** Below a microphone: half a circle, in short lines. */
const cradle = Array.from({ length: 8 }, (_, index) => {
  const at = (step: number): Point => {
    const angle = (Math.PI * step) / 8;
    return [0.5 + 0.22 * Math.cos(angle), 0.44 + 0.22 * Math.sin(angle)];
  };
  return line(at(index), at(index + 1), 0.035);
});

const slash = { from: [0.2, 0.16], to: [0.8, 0.84] } as const;

const strokes: Readonly<Record<Mark, readonly Stroke[]>> = {
  muted: [
    line([0.5, 0.25], [0.5, 0.44], 0.12),
    ...cradle,
    line([0.5, 0.66], [0.5, 0.82], 0.035),
    line([0.38, 0.82], [0.62, 0.82], 0.035),
    { ...slash, radius: 0.1, isCut: true },
    { ...slash, radius: 0.045 },
  ],
  hand: [
    line([0.47, 0.62], [0.57, 0.62], 0.17),
    line([0.52, 0.7], [0.52, 0.72], 0.17),
    line([0.35, 0.56], [0.33, 0.3], 0.05),
    line([0.46, 0.5], [0.45, 0.19], 0.05),
    line([0.58, 0.5], [0.58, 0.2], 0.05),
    line([0.69, 0.56], [0.7, 0.32], 0.05),
    line([0.4, 0.74], [0.21, 0.55], 0.055),
  ],
};

/** How much of each pixel of a square it takes; 0 to 255. @param size Pixels. */
export function drawMark(mark: Mark, size: number): Uint8Array {
  const pixels = new Uint8Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at: Point = [(column + 0.5) / size, (row + 0.5) / size];
      pixels[row * size + column] = Math.round(255 * shareOf(strokes[mark], at, size));
    }
  }
  return pixels;
}

function shareOf(drawn: readonly Stroke[], at: Point, size: number): number {
  return drawn.reduce((share, stroke) => {
    // An edge goes over a pixel.
    const covered = Math.min(1, Math.max(0, 0.5 - size * distanceTo(stroke, at)));
    return stroke.isCut === true ? Math.min(share, 1 - covered) : Math.max(share, covered);
  }, 0);
}

/** Below 0 within it. */
function distanceTo({ from, to, radius }: Stroke, [x, y]: Point): number {
  const [across, down] = [to[0] - from[0], to[1] - from[1]];
  const along = ((x - from[0]) * across + (y - from[1]) * down) / (across ** 2 + down ** 2);
  const nearest = Math.min(1, Math.max(0, along));
  return Math.hypot(x - from[0] - nearest * across, y - from[1] - nearest * down) - radius;
}
