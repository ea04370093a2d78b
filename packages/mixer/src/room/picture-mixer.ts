/** The one picture: everybody in their place with their name, drawn where something is new, and encoded once for all. */
import { Canvas, type Plate, Scaler } from '../av/canvas.ts';
import { type PlateSettings, writePlate } from '../av/name-plate.ts';
import { type EncoderSettings, PictureEncoder } from '../av/picture-encoder.ts';
import { type LayoutKind, layOut, type Rectangle } from '../layout/layout.ts';
import type { Mark } from '../layout/marks.ts';
import type { FrameFormat, PictureCodec } from '../picture/codec.ts';
import { h264 } from '../picture/h264.ts';
import { vp8 } from '../picture/vp8.ts';
import { type OutgoingOptions, OutgoingStream } from './outgoing-stream.ts';
import type { PictureInput } from './picture-input.ts';
import type { Taps } from './taps.ts';

const formats: Readonly<Record<PictureCodec, FrameFormat>> = { vp8, h264 };
const clockRate = 90_000;
/** Milliseconds between two whole pictures: several who ask at once are sent one. */
const wholeAgainMs = 500;

export interface PictureMixerOptions {
  readonly encoding: EncoderSettings;
  readonly stream: Omit<OutgoingOptions, 'clockRate'>;
  readonly names: Omit<PlateSettings, 'widthAtMost'>;
  /** Who is handed what was encoded. */
  readonly taps: Taps;
}

export interface Arrangement {
  readonly kind: LayoutKind;
  /** Who is in the picture, the most important first. */
  readonly order: readonly string[];
}

/** What is written on somebody's place. */
export interface TileLabel {
  readonly name: string;
  readonly marks: readonly Mark[];
}

interface Tile {
  readonly label: TileLabel;
  readonly input: PictureInput | undefined;
  readonly plate: Plate;
  readonly scaler: Scaler;
  /** Whether they spoke when it was drawn last. */
  isSpeaking: boolean;
}

export class PictureMixer {
  readonly #options: PictureMixerOptions;
  readonly #encoder: PictureEncoder;
  readonly #canvas: Canvas;
  readonly #stream: OutgoingStream;
  readonly #tiles = new Map<string, Tile>();
  #arrangement: Arrangement = { kind: 'grid', order: [] };
  #isOutdated = true;
  #isWholeWanted = true;
  #wholeAt: number | undefined;
  /** When the last was due that a tap wants. */
  #dueAt = Number.NEGATIVE_INFINITY;
  #count = 0;

  private constructor(options: PictureMixerOptions, encoder: PictureEncoder) {
    this.#options = options;
    this.#encoder = encoder;
    this.#canvas = new Canvas(options.encoding);
    this.#stream = new OutgoingStream({ ...options.stream, clockRate });
  }

  static async open(options: PictureMixerOptions): Promise<PictureMixer> {
    return new PictureMixer(options, await PictureEncoder.open(options.encoding));
  }

  get ssrc(): number {
    return this.#stream.ssrc;
  }

  /** @param input Their picture; the caller closes it. Undefined for who shows none. */
  add(id: string, label: TileLabel, input: PictureInput | undefined): void {
    this.#isOutdated = true;
    const known = this.#tiles.get(id);
    if (known !== undefined && isSameLabel(known.label, label)) {
      this.#tiles.set(id, { ...known, input });
      return;
    }
    const settings = { ...this.#options.names, widthAtMost: this.#canvas.size.width / 4 };
    const plate = writePlate(label.name, settings, label.marks);
    this.remove(id);
    this.#tiles.set(id, { label, input, plate, scaler: new Scaler(), isSpeaking: false });
  }

  remove(id: string): void {
    this.#tiles.get(id)?.scaler.close();
    this.#isOutdated = this.#tiles.delete(id) || this.#isOutdated;
  }

  arrange(arrangement: Arrangement): void {
    this.#arrangement = arrangement;
    this.#isOutdated = true;
  }

  /** Somebody cannot begin with what they are sent. */
  askForWhole(): void {
    this.#isWholeWanted = true;
  }

  /** By the time that passed, and not by the frames, of which the clock may leave some out. */
  #takeDue(now: number): boolean {
    const { keyFrameEveryMs } = this.#options.taps;
    if (keyFrameEveryMs === undefined || now - this.#dueAt < keyFrameEveryMs) return false;
    this.#dueAt = now;
    return true;
  }

  /** @param now Milliseconds on the clock. @param isSpeaking Whether somebody is to have a frame, by their id. */
  tick(now: number, isSpeaking: (id: string) => boolean): void {
    this.#draw(isSpeaking);
    const isAsked =
      this.#isWholeWanted && (this.#wholeAt === undefined || now - this.#wholeAt >= wholeAgainMs);
    const isWhole = this.#takeDue(now) || isAsked;
    const frame = this.#encoder.encode(this.#canvas, isWhole);
    if (isWhole) {
      this.#isWholeWanted = false;
      this.#wholeAt = now;
    }
    if (frame === undefined) return;
    const { encoding, taps } = this.#options;
    const format = formats[encoding.codec];
    this.#stream.sendFrame(format.split(frame, this.#count), timestampAt(now));
    this.#count += 1;
    taps.handlePicture({ data: frame, timeMs: now, isKeyFrame: format.isKeyFrame(frame) });
  }

  #draw(isSpeaking: (id: string) => boolean): void {
    const isAll = this.#isOutdated;
    if (isAll) this.#canvas.clear();
    this.#isOutdated = false;
    const { kind, order } = this.#arrangement;
    const present = order.filter((id) => this.#tiles.has(id));
    const places = layOut(kind, present.length, this.#canvas.size);
    for (const [index, id] of present.entries()) {
      const [place, tile] = [places[index], this.#tiles.get(id)];
      if (tile === undefined) continue;
      const isNew = tile.input?.takeChange() === true || tile.isSpeaking !== isSpeaking(id);
      tile.isSpeaking = isSpeaking(id);
      if (place !== undefined && (isAll || isNew)) this.#drawTile(tile, place);
    }
  }

  #drawTile({ input, plate, scaler, isSpeaking }: Tile, place: Rectangle): void {
    const picture = input?.picture;
    if (picture === undefined) this.#canvas.drawEmpty(place);
    else this.#canvas.drawPicture(picture, place, scaler);
    this.#canvas.drawPlate(plate, place);
    if (isSpeaking) this.#canvas.drawFrame(place);
  }

  /** @param now Milliseconds on the clock. @param wallMs The same moment in milliseconds since 1970. */
  report(now: number, wallMs: number): void {
    this.#stream.sendReport(wallMs, timestampAt(now));
  }

  close(): void {
    for (const { scaler } of this.#tiles.values()) scaler.close();
    this.#tiles.clear();
    this.#encoder.close();
    this.#canvas.close();
  }
}

function isSameLabel(one: TileLabel, other: TileLabel): boolean {
  return one.name === other.name && one.marks.join() === other.marks.join();
}

function timestampAt(now: number): number {
  return Math.round((now * clockRate) / 1_000);
}
