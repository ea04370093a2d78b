/** The one picture: a frame of FFmpeg into which everybody's pictures are scaled, each straight into its place. */
import { AV_PIX_FMT_YUV420P, type AVPixelFormat, SWS_FAST_BILINEAR } from 'node-av/constants';
import { Frame, SoftwareScaleContext } from 'node-av/lib';
import { letterbox, type Rectangle, type Size } from '../layout/layout.ts';

/** Luma and the two chromas (ITU-R BT.601, limited range). */
type Colour = readonly [number, number, number];
const background: Colour = [30, 130, 127];
const empty: Colour = [52, 132, 126];
/** That of the app's ring, #55d6c4. */
const speaking: Colour = [165, 139, 73];
/** Of the picture's height; how wide the frame of who speaks is. */
const frameShare = 0.006;

/** Of a plate with letters: how much of each pixel is letter; 0 to 255. */
export interface Plate extends Size {
  readonly pixels: Uint8Array;
}

export class Canvas {
  readonly frame = new Frame();
  readonly size: Size;

  constructor(size: Size) {
    this.size = size;
    this.frame.alloc();
    this.frame.width = size.width;
    this.frame.height = size.height;
    this.frame.format = AV_PIX_FMT_YUV420P;
    const result = this.frame.getBuffer();
    if (result < 0) throw new Error(`There is no memory for the picture: ${result}.`);
    this.clear();
  }

  clear(): void {
    this.#fill({ left: 0, top: 0, ...this.size }, background);
  }

  /** A place whose picture is not there. */
  drawEmpty(place: Rectangle): void {
    this.#fill(place, empty);
  }

  #planes(): readonly { readonly data: Buffer; readonly stride: number; readonly shift: 0 | 1 }[] {
    const { data, linesize } = this.frame;
    return [0, 1, 2].map((index) => {
      const plane = data?.[index];
      if (plane === undefined) throw new Error('The picture has no memory.');
      return { data: plane, stride: linesize[index] ?? 0, shift: index === 0 ? 0 : 1 };
    });
  }

  #fill({ left, top, width, height }: Rectangle, colour: Colour): void {
    for (const [index, { data, stride, shift }] of this.#planes().entries()) {
      for (let row = top >> shift; row < (top + height) >> shift; row++) {
        const begin = row * stride + (left >> shift);
        data.fill(colour[index] ?? 0, begin, begin + (width >> shift));
      }
    }
  }

  /** Whole, in the middle of its place. */
  drawPicture(picture: Frame, place: Rectangle, scaler: Scaler): void {
    const inner = letterbox(picture, place);
    if (inner.width < place.width || inner.height < place.height) this.#fill(place, background);
    const planes = this.#planes();
    const to = planes.map(({ data, stride, shift }) =>
      data.subarray((inner.top >> shift) * stride + (inner.left >> shift)),
    );
    scaler.scale(
      picture,
      inner,
      to,
      planes.map(({ stride }) => stride),
    );
  }

  /** Around who speaks, within their place. */
  drawFrame({ left, top, width, height }: Rectangle): void {
    const thick = Math.max(2, 2 * Math.round((this.size.height * frameShare) / 2));
    this.#fill({ left, top, width, height: thick }, speaking);
    this.#fill({ left, top: top + height - thick, width, height: thick }, speaking);
    this.#fill({ left, top, width: thick, height }, speaking);
    this.#fill({ left: left + width - thick, top, width: thick, height }, speaking);
  }

  /** White letters on a dark ground, at the lower left of a place. */
  drawPlate(plate: Plate, place: Rectangle): void {
    const [luma, ...chroma] = this.#planes();
    if (luma === undefined) return;
    const width = Math.min(plate.width, place.width);
    const top = place.top + place.height - plate.height;
    const isCut = plate.width > place.width;
    for (let row = 0; row < plate.height; row++) {
      const at = (top + row) * luma.stride + place.left;
      for (let column = 0; column < width; column++) {
        const written = plate.pixels[row * plate.width + column] ?? 0;
        const share = isCut ? faded(written, width - column, plate.height) : written;
        const ground = ((luma.data[at + column] ?? 16) >> 2) + 12;
        luma.data[at + column] = ground + (((235 - ground) * share) >> 8);
      }
    }
    for (const { data, stride } of chroma) {
      for (let row = top >> 1; row < (top + plate.height) >> 1; row++) {
        data.fill(128, row * stride + (place.left >> 1), row * stride + ((place.left + width) >> 1));
      }
    }
  }

  close(): void {
    this.frame.free();
  }
}

/** Of a name that does not fit: its letters go out towards the edge. @param left Pixels to the edge. @param over How many it takes. */
export function faded(share: number, left: number, over: number): number {
  return left >= over ? share : Math.floor((share * left) / over);
}

/** Scales pictures of one person: kept as long as neither their size nor their place's changes. */
export class Scaler {
  #context: SoftwareScaleContext | undefined;
  #for = '';

  scale(picture: Frame, to: Size, planes: readonly Buffer[], strides: readonly number[]): void {
    const { data, linesize, width, height, format } = picture;
    if (data === null) return;
    const context = this.#contextFor({ width, height }, format as AVPixelFormat, to);
    context.scaleSync([...data], linesize, 0, height, [...planes], [...strides]);
  }

  #contextFor(from: Size, format: AVPixelFormat, to: Size): SoftwareScaleContext {
    const wanted = `${format} ${from.width}x${from.height} ${to.width}x${to.height}`;
    if (this.#context !== undefined && this.#for === wanted) return this.#context;
    this.close();
    const context = new SoftwareScaleContext();
    context.getContext(
      from.width,
      from.height,
      format,
      to.width,
      to.height,
      AV_PIX_FMT_YUV420P,
      SWS_FAST_BILINEAR,
    );
    this.#context = context;
    this.#for = wanted;
    return context;
  }

  close(): void {
    this.#context?.freeContext();
    this.#context = undefined;
  }
}
