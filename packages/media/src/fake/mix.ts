/** A mix without media, and a record of what was asked. */
import { ConferenceError, randomWord } from '@plenum/protocol';
import type {
  LiveEvent,
  MediaMix,
  MixBroadcast,
  MixBroadcastOptions,
  MixContent,
  MixOptions,
  MixRecording,
  MixRecordingOptions,
  Publisher,
} from '../media-server.ts';
import { FakeFiles } from './files.ts';

export class FakeMix implements MediaMix {
  readonly picture: Publisher = { id: randomWord(10) };
  readonly smallPicture: Publisher = { id: randomWord(10) };
  /** Whether the small one is made. */
  isSmallShown = false;
  readonly #options: MixOptions;
  readonly #onClosed: (mix: FakeMix) => void;
  readonly #sounds = new Map<string | undefined, Publisher>();
  /** What was last asked for. */
  content: MixContent = { layout: 'grid', entries: [] };
  readonly files = new FakeFiles<MixRecordingOptions>();
  /** Live streams that are being made. */
  readonly broadcasts = new Set<MixBroadcastOptions>();
  /** Whether its files are never said to be whole. */
  isHanging = false;
  #isClosed = false;

  constructor(options: MixOptions, onClosed: (mix: FakeMix) => void) {
    this.#options = options;
    this.#onClosed = onClosed;
  }

  get codec(): MixOptions['codec'] {
    return this.#options.codec;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** All that it publishes, by what it can be had as. */
  get publishers(): ReadonlyMap<string, 'camera' | 'microphone'> {
    const sounds = [...this.#sounds.values()].map(({ id }) => [id, 'microphone'] as const);
    return new Map([[this.picture.id, 'camera'], [this.smallPicture.id, 'camera'], ...sounds]);
  }

  /** Who hears what it makes, by entry; undefined is who is none. */
  get sounds(): ReadonlyMap<string | undefined, Publisher> {
    return this.#sounds;
  }

  async soundFor(entryId: string | undefined): Promise<Publisher> {
    if (this.#isClosed) throw new ConferenceError('closed');
    const sound = this.#sounds.get(entryId) ?? { id: randomWord(10) };
    this.#sounds.set(entryId, sound);
    return sound;
  }

  releaseSound(entryId: string | undefined): void {
    this.#sounds.delete(entryId);
  }

  showSmall(isWanted: boolean): void {
    this.isSmallShown = isWanted;
  }

  arrange(content: MixContent): void {
    this.content = content;
  }

  record(options: MixRecordingOptions): MixRecording {
    const recording = this.files.begin(options);
    return {
      stop: async () => {
        await recording.stop();
        if (this.isHanging) await new Promise(() => undefined);
      },
    };
  }

  broadcast(options: MixBroadcastOptions): MixBroadcast {
    // As those do who find no H.264 to take.
    if (this.codec !== 'h264') {
      queueMicrotask(() => options.onFailed(new ConferenceError('broadcast-failed')));
      return { stop: () => undefined };
    }
    this.broadcasts.add(options);
    queueMicrotask(() => {
      for (const event of fakeStream) if (this.broadcasts.has(options)) options.onEvent(event);
    });
    return { stop: () => void this.broadcasts.delete(options) };
  }

  /** Ends what is live as an encoder would that cannot go on. */
  failBroadcasts(): void {
    const failed = [...this.broadcasts];
    this.broadcasts.clear();
    for (const { onFailed } of failed) onFailed(new ConferenceError('broadcast-failed'));
  }

  /** Ends it as the death of its mixer would. */
  crash(): void {
    if (this.#isClosed) return;
    this.close();
    this.#options.onEnded(new ConferenceError('mixer-unavailable'));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.files.open.clear();
    this.broadcasts.clear();
    this.#onClosed(this);
  }
}

/** The beginning of a stream, without media. */
const fakeStream: readonly LiveEvent[] = [
  { type: 'stream-began', init: Uint8Array.of(0) },
  { type: 'segment-began', wallMs: 0 },
  {
    type: 'part-finished',
    durationMs: 320,
    isIndependent: true,
    isLast: false,
    data: Uint8Array.of(1),
  },
];
