/** The clock of `flow-probe.ts` as an I420 picture: 4 by 4 fields, black or white, the lowest 16 bits of the time in milliseconds. */
const [columns, rows, bits] = [4, 4, 16];

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Luma, then both chroma planes of a quarter its size. */
  readonly data: Uint8Array;
}

const [black, white, grey] = [16, 235, 128];

export function paintClock(timeMs: number, width: number, height: number): Picture {
  const data = new Uint8Array((width * height * 3) / 2).fill(grey, width * height);
  for (let row = 0; row < rows; row++) {
    const [top, bottom] = [Math.floor((row * height) / rows), Math.floor(((row + 1) * height) / rows)];
    paintLine(data.subarray(top * width, (top + 1) * width), timeMs, row);
    for (let y = top + 1; y < bottom; y++) data.copyWithin(y * width, top * width, (top + 1) * width);
  }
  return { width, height, data };
}

function paintLine(line: Uint8Array, timeMs: number, row: number): void {
  for (let column = 0; column < columns; column++) {
    const isSet = Math.floor(timeMs / 2 ** (row * columns + column)) % 2 === 1;
    const [from, to] = [column, column + 1].map((edge) => Math.floor((edge * line.length) / columns));
    line.fill(isSet ? white : black, from, to);
  }
}

/** Milliseconds since the time that is in the picture. One that cannot be read says anything. */
export function ageOf({ width, height, data }: Picture, nowMs: number): number {
  let timeMs = 0;
  for (let bit = 0; bit < bits; bit++) {
    const x = Math.floor((((bit % columns) + 0.5) * width) / columns);
    const y = Math.floor(((Math.floor(bit / columns) + 0.5) * height) / rows);
    if ((data[y * width + x] ?? 0) > grey) timeMs += 2 ** bit;
  }
  return (((nowMs - timeMs) % 2 ** bits) + 2 ** bits) % 2 ** bits;
}
