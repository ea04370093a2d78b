/** Writes single sources of a room into a file each, as they come. Nothing is decoded but the first picture of each, for its size. */
import { TrackRecorder } from '../recording/track-recorder.ts';
import { isRtcp, parseRtp } from '../rtp/packet.ts';
import { formatPictureLoss } from '../rtp/rtcp.ts';
import type { RecordingEvent, TrackRequest } from './messages.ts';
import { OpenFiles } from './open-files.ts';

export interface TrackRecordersOptions {
  readonly tell: (event: RecordingEvent) => void;
  readonly send: (datagram: Uint8Array) => void;
  /** Milliseconds that only grow; and milliseconds since 1970. */
  readonly now: () => number;
  readonly wallMs: () => number;
}

/** Whoever asks for pictures sends nothing itself. */
const ownSsrc = 1;

export class TrackRecorders {
  readonly #options: TrackRecordersOptions;
  readonly #files: OpenFiles;
  /** By what their packets come as. */
  readonly #recorders = new Map<number, TrackRecorder>();

  constructor(options: TrackRecordersOptions) {
    this.#options = options;
    this.#files = new OpenFiles(options.tell);
  }

  begin(recording: number, { path, ssrc, codec }: TrackRequest): void {
    const { tell, send, now, wallMs } = this.#options;
    const recorder = new TrackRecorder({
      voice: codec === 'opus' ? { ssrc } : undefined,
      picture: codec === 'opus' ? undefined : { ssrc, codec },
      // Of one source there is never a second part.
      pathOf: (_part, extension) => `${path}.${extension}`,
      askForKeyFrame: () => send(formatPictureLoss(ownSsrc, ssrc)),
      now,
      wallMs,
      onPart: (part) => tell({ type: 'recording-began', recording, part }),
      onFailure: (reason) => this.#files.handleFailure(recording, reason),
    });
    this.#recorders.set(ssrc, recorder);
    this.#files.add(recording, {
      close: () => {
        if (this.#recorders.get(ssrc) === recorder) this.#recorders.delete(ssrc);
        return recorder.close();
      },
    });
  }

  /** What came from the media server; what is of nobody's is nothing. */
  handleDatagram(datagram: Uint8Array): void {
    // One datagram may tell of several.
    if (isRtcp(datagram)) for (const recorder of this.#recorders.values()) recorder.handleDatagram(datagram);
    else this.#recorders.get(parseRtp(datagram)?.ssrc ?? 0)?.handleDatagram(datagram);
  }

  /** To be called several times a second. */
  tick(): void {
    for (const recorder of this.#recorders.values()) recorder.tick();
  }

  /** Answers also for one that is not there, or not any more. */
  stop(recording: number): Promise<void> {
    return this.#files.stop(recording);
  }

  /** May be called more than once. Resolves when every file is whole. */
  close(): Promise<void> {
    return this.#files.close();
  }
}
