/** A viewer's link without media, and a record of what it is shown. */
import type { MixCodec, ViewerConnection, ViewerContent } from '../media-server.ts';
import type { FakeConnection, ShownSource } from './connection.ts';

export interface FakeViewerParts {
  readonly connection: FakeConnection;
  readonly codecs: ReadonlySet<MixCodec>;
  /** The codec of a mix's picture. */
  codecOf(publisherId: string): MixCodec | undefined;
}

export class FakeViewer implements ViewerConnection {
  readonly codecs: ReadonlySet<MixCodec>;
  /** What it is as a link. */
  readonly connection: FakeConnection;
  readonly #parts: FakeViewerParts;

  constructor(parts: FakeViewerParts) {
    this.#parts = parts;
    this.codecs = parts.codecs;
    this.connection = parts.connection;
  }

  get id(): string {
    return this.connection.id;
  }

  get localAnswer(): string {
    return this.connection.localAnswer;
  }

  /** What it sees and hears, by source. */
  get shown(): ReadonlyMap<string, ShownSource> {
    return new Map([...this.connection.shown.values()].map((shown) => [shown.source, shown]));
  }

  async show({ picture, sound }: ViewerContent): Promise<void> {
    const codec = picture && this.#parts.codecOf(picture.id);
    const isDecoded = codec !== undefined && this.codecs.has(codec);
    for (const { mid, kind } of this.connection.slots) {
      const publisher = kind === 'audio' ? sound : isDecoded ? picture : undefined;
      const source = kind === 'audio' ? 'microphone' : 'camera';
      if (publisher === undefined) this.connection.emptySlot(mid);
      else await this.connection.fillSlot(mid, { connection: publisher, source, maxLayer: 0, priority: 1 });
    }
  }

  restartIce(): Promise<string> {
    return this.connection.restartIce();
  }

  close(): void {
    this.connection.close();
  }
}
