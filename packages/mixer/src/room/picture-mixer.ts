/** The one picture: everybody in their place with their name, drawn where something is new, and encoded once for all. */
import { Canvas, type Plate, Scaler } from '../av/canvas.ts';
import { type PlateSettings, writePlate } from '../av/name-plate.ts';
import type { EncoderSettings } from '../av/picture-encoder.ts';
import { type LayoutKind, layOut, type Rectangle } from '../layout/layout.ts';
import type { Mark } from '../layout/marks.ts';
import { EncodedPicture, pictureClockRate } from './encoded-picture.ts';
import { type OutgoingOptions, OutgoingStream } from './outgoing-stream.ts';
import type { PictureInput } from './picture-input.ts';
import { SmallPicture } from './small-picture.ts';
import type { Taps } from './taps.ts';

interface SentPicture {
  readonly encoding: EncoderSettings;
  readonly stream: Omit<OutgoingOptions, 'clockRate'>;
}

export interface PictureMixerOptions extends SentPicture {
  /** The same smaller, for who cannot have it so; undefined where nobody ever wants it. */
  readonly small: SentPicture | undefined;
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
  readonly #canvas: Canvas;
  readonly #large: EncodedPicture;
  readonly #small: SmallPicture | undefined;
  readonly #tiles = new Map<string, Tile>();
  #arrangement: Arrangement = { kind: 'grid', order: [] };
  #isOutdated = true;
  /** When the last was due that a tap wants. */
  #dueAt = Number.NEGATIVE_INFINITY;

  private constructor(options: PictureMixerOptions, large: EncodedPicture) {
    this.#options = options;
    this.#large = large;
    this.#small = options.small && new SmallPicture(options.small.encoding, streamOf(options.small));
    this.#canvas = new Canvas(options.encoding);
  }

  static async open(options: PictureMixerOptions): Promise<PictureMixer> {
    return new PictureMixer(options, await EncodedPicture.open(options.encoding, streamOf(options)));
  }

  /** Whether somebody wants it smaller. */
  async showSmall(isWanted: boolean): Promise<void> {
    await this.#small?.show(isWanted);
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

  /** Somebody cannot begin with what they are sent. @param ssrc Of which of the two; of another nothing happens. */
  askForWhole(ssrc: number = this.#options.stream.ssrc): void {
    if (ssrc === this.#options.stream.ssrc) this.#large.askForWhole();
    if (ssrc === this.#small?.ssrc) this.#small.askForWhole();
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
    const picture = this.#large.send(this.#canvas, now, this.#takeDue(now));
    if (picture !== undefined) this.#options.taps.handlePicture(picture);
    this.#small?.tick(this.#canvas, now);
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
    this.#large.report(now, wallMs);
    this.#small?.report(now, wallMs);
  }

  close(): void {
    for (const { scaler } of this.#tiles.values()) scaler.close();
    this.#tiles.clear();
    this.#large.close();
    this.#small?.close();
    this.#canvas.close();
  }
}

function streamOf({ stream }: SentPicture): OutgoingStream {
  return new OutgoingStream({ ...stream, clockRate: pictureClockRate });
}

function isSameLabel(one: TileLabel, other: TileLabel): boolean {
  return one.name === other.name && one.marks.join() === other.marks.join();
}
