/** Where the tiles go: the arrangement that wastes least of the stage. Pure, in CSS pixels. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

export interface StageLayout {
  /** One for each tile on the page, in order. */
  readonly tiles: readonly Rect[];
  /** The own tile: in a cell of its own (`docked`) or over a corner. */
  readonly self: Rect;
  readonly selfIsDocked: boolean;
  readonly pageCount: number;
  readonly page: number;
  /** Index of the first tile of the page. */
  readonly firstTile: number;
}

export type Corner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';

export interface StageLayoutOptions {
  readonly stage: Size;
  /** How many others there are. */
  readonly others: number;
  readonly page: number;
  /** Where the own tile was put by hand; otherwise it goes where it covers least. */
  readonly corner: Corner | undefined;
  /** A strip beside what somebody shares: small faces will do, and one's own has its place among them. */
  readonly isStrip?: boolean;
}

export const maxTilesPerPage = 49;
const wide = 16 / 9;
/** Between tiles. */
export const gap = 8;
/** Below this one hardly knows a face; more people go to another page. A phone gets two columns of four. */
const smallestWideTile: Size = { width: 144, height: 81 };
const smallestUprightTile: Size = { width: 144, height: 168 };
/** Beside a screen one looks at the screen. */
const smallestStripTile: Size = { width: 144, height: 72 };
/** People sit side by side: a column more is worth a little of the size. */
const nearlyEqual = 0.94;
/** The own tile floats while it covers at most this part of the tile beneath. */
const coverLimit = 0.14;

/**
 * Wide tiles always suit; on an upright stage upright ones fill it better and cut only the sides of a picture. In a strip that
 * would cost as much of the line as large pictures do.
 */
function narrowestAspect(stage: Size, isStrip: boolean): number {
  if (stage.height <= stage.width) return wide;
  return isStrip ? 4 / 3 : 3 / 4;
}

interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly tile: Size;
}

function gridWith(columns: number, count: number, stage: Size, isStrip: boolean): Grid {
  const rows = Math.ceil(count / columns);
  const cellWidth = Math.max(0, (stage.width - gap * (columns - 1)) / columns);
  const cellHeight = Math.max(0, (stage.height - gap * (rows - 1)) / rows);
  const width = Math.min(cellWidth, cellHeight * wide);
  const height = Math.min(cellHeight, width / narrowestAspect(stage, isStrip));
  return { columns, rows, tile: { width: Math.floor(width), height: Math.floor(height) } };
}

/** The grid of `count` tiles that covers most of the stage; on a wide stage, of nearly equal ones the widest. */
export function bestGrid(count: number, stage: Size, isStrip = false): Grid {
  const columnCounts = Array.from({ length: Math.max(1, count) }, (_, index) => index + 1);
  const grids = columnCounts.map((columns) => gridWith(columns, Math.max(1, count), stage, isStrip));
  const most = Math.max(...grids.map(({ tile }) => area(tile)));
  const isWide = stage.width >= stage.height;
  const good = grids.filter(({ tile }) => area(tile) >= most * (isWide ? nearlyEqual : 1));
  return good.at(isWide ? -1 : 0) ?? gridWith(1, 1, stage, isStrip);
}

function area(size: Size): number {
  return size.width * size.height;
}

function smallestTile(stage: Size): Size {
  return stage.height > stage.width ? smallestUprightTile : smallestWideTile;
}

/** How many tiles a page may hold so that each is large enough to know a face. */
export function tilesPerPage(stage: Size, isStrip = false): number {
  const smallest = isStrip ? smallestStripTile : smallestTile(stage);
  const columns = Math.max(1, Math.floor((stage.width + gap) / (smallest.width + gap)));
  const rows = Math.max(1, Math.floor((stage.height + gap) / (smallest.height + gap)));
  return Math.min(maxTilesPerPage, columns * rows);
}

/** The cells of a grid in the middle of the stage, a last row that is not full in the middle of its row. */
function cellsOf(grid: Grid, count: number, stage: Size): Rect[] {
  const { tile, columns, rows } = grid;
  const top = (stage.height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, count - row * columns);
    const left = (stage.width - inRow * tile.width - (inRow - 1) * gap) / 2;
    const column = index - row * columns;
    return {
      x: Math.round(left + column * (tile.width + gap)),
      y: Math.round(top + row * (tile.height + gap)),
      ...tile,
    };
  });
}

/** The floating own tile: about a fifth of the stage's width, never so small that one cannot see oneself. */
export function floatingSize(stage: Size): Size {
  const width = Math.round(Math.min(256, Math.max(128, stage.width * 0.19), stage.height * 0.5));
  return { width, height: Math.round(width / wide) };
}

export function cornerRect(corner: Corner, size: Size, stage: Size): Rect {
  const margin = 12;
  return {
    ...size,
    x: corner.endsWith('left') ? margin : stage.width - size.width - margin,
    y: corner.startsWith('top') ? margin : stage.height - size.height - margin,
  };
}

/** The corner nearest to the middle of a rectangle that was dragged. */
export function nearestCorner(rect: Rect, stage: Size): Corner {
  const isLeft = rect.x + rect.width / 2 < stage.width / 2;
  const isTop = rect.y + rect.height / 2 < stage.height / 2;
  return isTop ? (isLeft ? 'top-left' : 'top-right') : isLeft ? 'bottom-left' : 'bottom-right';
}

function overlap(a: Rect, b: Rect): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

function coversTooMuch(self: Rect, tiles: readonly Rect[]): boolean {
  return tiles.some((tile) => overlap(self, tile) > area(tile) * coverLimit);
}

/** Lays out one page of the call. */
export function layOutStage(options: StageLayoutOptions): StageLayout {
  const { stage, others } = options;
  if (others === 0) return aloneLayout(stage);
  const perPage = pageSize(options);
  const pageCount = Math.ceil(others / perPage);
  const page = Math.min(Math.max(0, options.page), pageCount - 1);
  const firstTile = page * perPage;
  // Every page has the grid of a full one, so that turning pages does not change the sizes.
  const shown = Math.min(perPage, others - firstTile);
  const gridCount = pageCount > 1 ? perPage : shown;
  return {
    ...placeTiles(options, { shown, gridCount, hasPages: pageCount > 1 }),
    pageCount,
    page,
    firstTile,
  };
}

function aloneLayout(stage: Size): StageLayout {
  const [self = { x: 0, y: 0, ...stage }] = cellsOf(bestGrid(1, stage), 1, stage);
  return { tiles: [], self, selfIsDocked: true, pageCount: 1, page: 0, firstTile: 0 };
}

/** A crowd leaves one cell to the own tile, unless that was put into a corner. */
function pageSize({ stage, others, corner, isStrip }: StageLayoutOptions): number {
  const most = tilesPerPage(stage, isStrip);
  const isOwnAmongThem = isStrip === true || corner === undefined;
  return others + 1 > most && isOwnAmongThem && most > 1 ? most - 1 : most;
}

interface PageContent {
  readonly shown: number;
  readonly gridCount: number;
  /** Then a cell of each page is kept for the own tile. */
  readonly hasPages: boolean;
}

function placeTiles(
  { stage, corner, isStrip = false }: StageLayoutOptions,
  { shown, gridCount, hasPages }: PageContent,
): Pick<StageLayout, 'tiles' | 'self' | 'selfIsDocked'> {
  const floating = cornerRect(corner ?? 'bottom-right', floatingSize(stage), stage);
  const own = bestGrid(gridCount, stage, isStrip);
  const grid = bestGrid(gridCount + 1, stage, isStrip);
  const tiles = cellsOf(own, shown, stage);
  // Among small tiles one more is no intrusion, if the others hardly shrink.
  const isFreeCell =
    grid.tile.width < floating.width * 1.8 && area(grid.tile) >= area(own.tile) * nearlyEqual;
  const isDocked = corner === undefined && (hasPages || isFreeCell || coversTooMuch(floating, tiles));
  if (!isStrip && !isDocked) {
    return { tiles, self: floating, selfIsDocked: false };
  }
  const cells = cellsOf(grid, shown + 1, stage);
  const self = cells[shown] ?? floating;
  return { tiles: cells.slice(0, shown), self, selfIsDocked: true };
}
