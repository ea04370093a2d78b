/** Where what people share goes, and the people beside it. Pure, in CSS pixels. */
import {
  gap,
  layOutStage,
  type Rect,
  type Size,
  type StageLayout,
  type StageLayoutOptions,
} from './stage-layout.ts';

export interface CallLayout extends StageLayout {
  /** One for each screen, in order. */
  readonly shares: readonly Rect[];
}

export interface CallLayoutOptions extends StageLayoutOptions {
  /** How many screens are shown. */
  readonly shares: number;
  /** Index of the one that is to be larger than the others. */
  readonly enlarged: number | undefined;
}

/** Over each screen stands whose it is; as in share-tile.module.css. */
const header = 36;
/** Most screens are between 16:9 and 16:10; what is left over stays empty. */
const screenAspect = 1.7;
/** People sit beside a screen unless it gains clearly by having them below. */
const nearlyEqual = 0.9;
/** Of an upright stage's height, for what is shared: the people below are to be seen too. */
const mostOfUpright = 0.62;

/** Without screens the people have the whole stage; otherwise the screens are what it is about. */
export function layOutCall(options: CallLayoutOptions): CallLayout {
  const { stage, shares, enlarged } = options;
  if (shares === 0) return { ...layOutStage(options), shares: [] };
  const { screens, people, isStrip } = splitStage(stage, shares);
  const around = layOutStage({ ...options, stage: people, isStrip });
  return {
    ...around,
    tiles: around.tiles.map((tile) => moved(tile, people)),
    self: moved(around.self, people),
    shares: placeShares(screens, shares, enlarged),
  };
}

function moved(rect: Rect, { x, y }: Rect): Rect {
  return { ...rect, x: rect.x + x, y: rect.y + y };
}

interface SplitStage {
  readonly screens: Rect;
  readonly people: Rect;
  readonly isStrip: boolean;
}

/** An upright stage is a telephone: what is shared fills its width. */
function splitStage(stage: Size, shares: number): SplitStage {
  if (stage.height > stage.width) return splitUpright(stage, shares);
  const [beside, below] = [splitBeside(stage), splitBelow(stage)];
  return seenOf(beside.screens) >= seenOf(below.screens) * nearlyEqual ? beside : below;
}

function splitUpright(stage: Size, shares: number): SplitStage {
  const wanted = shares * (stage.width / screenAspect + header + gap) - gap;
  const height = Math.round(Math.min(wanted, stage.height * mostOfUpright));
  return {
    screens: { x: 0, y: 0, width: stage.width, height },
    people: { x: 0, y: height + gap, width: stage.width, height: Math.max(0, stage.height - height - gap) },
    isStrip: false,
  };
}

function splitBeside(stage: Size): SplitStage {
  const strip = Math.round(clamp(stage.width * 0.17, 144, 264));
  const width = Math.max(0, stage.width - strip - gap);
  return {
    screens: { x: 0, y: 0, width, height: stage.height },
    people: { x: width + gap, y: 0, width: strip, height: stage.height },
    isStrip: true,
  };
}

function splitBelow(stage: Size): SplitStage {
  const strip = Math.round(clamp(stage.height * 0.18, 84, 168));
  const height = Math.max(0, stage.height - strip - gap);
  return {
    screens: { x: 0, y: 0, width: stage.width, height },
    people: { x: 0, y: height + gap, width: stage.width, height: strip },
    isStrip: true,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Pixels of a screen in a space. */
function seenOf({ width, height }: Size): number {
  const seen = Math.max(0, Math.min(width, (height - header) * screenAspect));
  return seen * (seen / screenAspect);
}

/** All alike, or one large over a row of the others. */
function placeShares(space: Rect, count: number, enlarged: number | undefined): readonly Rect[] {
  if (enlarged === undefined || count < 2 || enlarged >= count) return cellsIn(space, count);
  const row = Math.round(space.height * 0.2);
  const large: Rect = { ...space, height: space.height - row - gap };
  const small = cellsIn({ ...space, y: space.y + large.height + gap, height: row }, count - 1, count - 1);
  return [...small.slice(0, enlarged), large, ...small.slice(enlarged)];
}

/**
 * Cells that share out all of a space, in as many columns as show most of the screens; those of a last row that is not full
 * stand in its middle.
 */
function cellsIn(space: Rect, count: number, columns = bestColumns(space, count)): readonly Rect[] {
  const rows = Math.ceil(count / columns);
  const { width, height } = cellOf(space, columns, rows);
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const missing = columns - Math.min(columns, count - row * columns);
    return {
      x: Math.round(space.x + ((index % columns) + missing / 2) * (width + gap)),
      y: Math.round(space.y + row * (height + gap)),
      width: Math.floor(width),
      height: Math.floor(height),
    };
  });
}

function cellOf(space: Size, columns: number, rows: number): Size {
  return {
    width: Math.max(0, (space.width - gap * (columns - 1)) / columns),
    height: Math.max(0, (space.height - gap * (rows - 1)) / rows),
  };
}

function bestColumns(space: Size, count: number): number {
  const seenWith = (columns: number) => seenOf(cellOf(space, columns, Math.ceil(count / columns)));
  const choices = Array.from({ length: count }, (_, index) => index + 1);
  return choices.toSorted((a, b) => seenWith(b) - seenWith(a))[0] ?? 1;
}
