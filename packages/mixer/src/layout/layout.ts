/** Where everybody is in the one picture: a pure function of how many there are, and of what is to be large. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** All four even: of two pixels each way there is one colour (4:2:0). */
export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/**
 * - `grid`: all of the same size, as large as goes.
 * - `speaker`: the first large, the others small below.
 * - `presentation`: the first large and whole, the others beside it.
 */
export type LayoutKind = 'grid' | 'speaker' | 'presentation';

const ratio = 16 / 9;
/** Between two tiles, and around all; pixels. */
const gap = 8;
/** Of the picture's height or width: what those who are small share. */
const stripShare = 0.22;
/** So many small ones, or there would be nothing to be seen of them. */
const stripAtMost = 6;

/**
 * Pixels: pictures are as wide as a multiple of this. FFmpeg's scaler writes eight pixels of a plane at a time, also beyond the edge of
 * where it was told to, and a plane of colour is half as wide.
 */
const scaledBy = 16;

/** In a grid: more would be too small for their names. */
const gridAtMost = 25;

/** The places of the first so many as there is room for, in their order. */
export function layOut(kind: LayoutKind, count: number, canvas: Size): readonly Rectangle[] {
  if (count <= 0) return [];
  const whole = { left: 0, top: 0, ...canvas };
  if (kind === 'grid' || count === 1) return grid(Math.min(count, gridAtMost), whole);
  const small = Math.min(count - 1, stripAtMost);
  const { large, strip } = kind === 'speaker' ? splitBelow(whole) : splitBeside(whole);
  return [...grid(1, large), ...(kind === 'speaker' ? row(small, strip) : column(small, strip))];
}

function splitBelow({ left, top, width, height }: Rectangle) {
  const stripHeight = even(height * stripShare);
  return {
    large: { left, top, width, height: height - stripHeight },
    strip: { left, top: top + height - stripHeight, width, height: stripHeight },
  };
}

function splitBeside({ left, top, width, height }: Rectangle) {
  const stripWidth = even(width * stripShare);
  return {
    large: { left, top, width: width - stripWidth, height },
    strip: { left: left + width - stripWidth, top, width: stripWidth, height },
  };
}

/** In the numbers of columns and rows by which the tiles are largest; the last row in the middle. */
function grid(count: number, area: Rectangle): readonly Rectangle[] {
  const shapes = Array.from({ length: count }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(count / columns);
    return { columns, rows, tile: fit(cell(area, columns, rows)) };
  });
  const best = shapes.reduce((one, other) => (other.tile.width > one.tile.width ? other : one));
  return Array.from({ length: count }, (_, index) => {
    const at = Math.floor(index / best.columns);
    const inRow = at === best.rows - 1 ? count - at * best.columns : best.columns;
    return place(best.tile, area, { index: index % best.columns, of: inRow }, { index: at, of: best.rows });
  });
}

function row(count: number, area: Rectangle): readonly Rectangle[] {
  const tile = fit(cell(area, count, 1));
  return Array.from({ length: count }, (_, index) =>
    place(tile, area, { index, of: count }, { index: 0, of: 1 }),
  );
}

function column(count: number, area: Rectangle): readonly Rectangle[] {
  const tile = fit(cell(area, 1, count));
  return Array.from({ length: count }, (_, index) =>
    place(tile, area, { index: 0, of: 1 }, { index, of: count }),
  );
}

function cell({ width, height }: Size, columns: number, rows: number): Size {
  return { width: (width - gap * (columns + 1)) / columns, height: (height - gap * (rows + 1)) / rows };
}

/** The largest tile of the usual shape in a cell. */
function fit({ width, height }: Size): Size {
  const fitting = Math.max(scaledBy, scaledBy * Math.floor(Math.min(width, height * ratio) / scaledBy));
  return { width: fitting, height: even(fitting / ratio) };
}

interface Position {
  readonly index: number;
  readonly of: number;
}

/** All tiles of a row, and all rows, together in the middle of the area. */
function place(tile: Size, area: Rectangle, across: Position, down: Position): Rectangle {
  const at = (begin: number, room: number, size: number, { index, of }: Position) => {
    const taken = of * size + (of - 1) * gap;
    return even(begin + (room - taken) / 2 + index * (size + gap));
  };
  return {
    left: at(area.left, area.width, tile.width, across),
    top: at(area.top, area.height, tile.height, down),
    ...tile,
  };
}

/** A picture of that size in the middle of a tile, whole: up to eight pixels wider or narrower than its shape, for the scaler. */
export function letterbox(picture: Size, tile: Rectangle): Rectangle {
  const scale = Math.min(tile.width / picture.width, tile.height / picture.height);
  const nearest = Math.max(1, Math.round((picture.width * scale) / scaledBy));
  const width = Math.min(scaledBy * nearest, scaledBy * Math.floor(tile.width / scaledBy));
  const height = Math.max(2, even(Math.min(tile.height, (width * picture.height) / picture.width)));
  return {
    left: tile.left + even((tile.width - width) / 2),
    top: tile.top + even((tile.height - height) / 2),
    width,
    height,
  };
}

function even(pixels: number): number {
  return 2 * Math.floor(pixels / 2);
}
