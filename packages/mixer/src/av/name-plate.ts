/** Somebody's name as a small picture, with marks before it, made once for each: FFmpeg's filter `drawtext` writes it. */
import { Dictionary, Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib';
import { drawMark, type Mark } from '../layout/marks.ts';
import { faded, type Plate } from './canvas.ts';

export interface PlateSettings {
  /** Of the font that the letters are taken from (TrueType). */
  readonly fontFile: string;
  /** Pixels; of the plate, even. */
  readonly height: number;
  /** Of the name, without marks: a longer one is cut. */
  readonly widthAtMost: number;
}

/** Of the plate's height; letters, and what is left free beside them. */
const letters = 0.62;
const margin = 0.35;

/** @param marks First, so that a name that is cut leaves them. @throws Error where the font cannot be read. */
export function writePlate(name: string, settings: PlateSettings, marks: readonly Mark[] = []): Plate {
  const { height } = settings;
  const drawn = marks.map((mark) => ({ width: height, height, pixels: drawMark(mark, height) }));
  return beside([...drawn, writeName(name, settings)], height);
}

function beside(plates: readonly Plate[], height: number): Plate {
  const width = plates.reduce((sum, plate) => sum + plate.width, 0);
  const pixels = new Uint8Array(width * height);
  let left = 0;
  for (const plate of plates) {
    for (let row = 0; row < height; row++) {
      const from = row * plate.width;
      pixels.set(plate.pixels.subarray(from, from + plate.width), row * width + left);
    }
    left += plate.width;
  }
  return { width, height, pixels };
}

function writeName(name: string, { fontFile, height, widthAtMost }: PlateSettings): Plate {
  const graph = new FilterGraph();
  graph.alloc();
  const frame = new Frame();
  frame.alloc();
  try {
    const ground = filter(graph, 'color', {
      color: 'black',
      size: `${widthAtMost}x${height}`,
      rate: '1',
      duration: '1',
    });
    const text = filter(graph, 'drawtext', {
      fontfile: fontFile,
      text: name,
      // Nothing in a name stands for something else.
      expansion: 'none',
      fontsize: String(Math.round(height * letters)),
      fontcolor: 'white',
      x: String(Math.round(height * margin)),
      y: '(h-max_glyph_h)/2',
    });
    const grey = filter(graph, 'format', { pix_fmts: 'gray' });
    const sink = filter(graph, 'buffersink', {});
    const results = [
      ground.link(0, text, 0),
      text.link(0, grey, 0),
      grey.link(0, sink, 0),
      graph.configSync(),
    ];
    if (results.some((one) => one < 0) || sink.buffersinkGetFrameSync(frame) < 0) {
      throw new Error(`The name could not be written: ${results.join(' ')}.`);
    }
    return cut(frame, height);
  } finally {
    frame.free();
    graph.free();
  }
}

function filter(graph: FilterGraph, name: string, options: Readonly<Record<string, string>>): FilterContext {
  const kind = Filter.getByName(name);
  const context = kind === null ? null : graph.allocFilter(kind, name);
  if (context === null) throw new Error(`FFmpeg has no filter ${name}.`);
  // Throws where an option is refused.
  context.init(Dictionary.fromObject({ ...options }).getNative());
  return context;
}

/** As wide as the letters are, with a margin on both sides. */
function cut(frame: Frame, height: number): Plate {
  const [plane] = frame.data ?? [];
  const [stride = 0] = frame.linesize;
  if (plane === undefined) throw new Error('The name has no picture.');
  const columns = Array.from({ length: frame.width }, (_, column) => column);
  const isWritten = (column: number) =>
    Array.from({ length: height }, (_, row) => plane[row * stride + column] ?? 0).some((one) => one > 32);
  const last = columns.findLast(isWritten) ?? 0;
  const width = Math.min(frame.width, 2 * Math.ceil((last + height * margin) / 2));
  const pixels = new Uint8Array(width * height);
  const isCut = last >= frame.width - 2;
  for (let row = 0; row < height; row++) {
    const written = plane.subarray(row * stride, row * stride + width);
    pixels.set(isCut ? written.map((share, at) => faded(share, width - at, height)) : written, row * width);
  }
  return { width, height, pixels };
}
