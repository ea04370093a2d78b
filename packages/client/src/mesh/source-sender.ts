/**
 * Sends one source to one other participant, as it is wanted now. One step after another: of two `setParameters` at once a
 * browser refuses the second (W3C WebRTC section 5.2), and what was refused is said again when the two have negotiated.
 */
import { kindOf, type Source } from '@plenum/protocol';
import { sendInDetail } from '../screen-encoding.ts';
import { cameraEncoding } from './camera-encoding.ts';

/** What is to be sent. */
export interface Sending {
  /** Undefined sends nothing. */
  readonly track: MediaStreamTrack | undefined;
  /** Device pixels of height at which the other shows it; 0 out of sight, undefined where it did not say. */
  readonly shown: number | undefined;
}

export type NarrowSender = Pick<RTCRtpSender, 'track' | 'replaceTrack' | 'getParameters' | 'setParameters'>;

export class SourceSender {
  readonly #source: Source;
  readonly #sender: NarrowSender;
  #wanted: Sending = { track: undefined, shown: undefined };
  #isDue = false;
  #isForgotten = false;
  #running: Promise<void> | undefined;

  constructor(source: Source, sender: NarrowSender) {
    this.#source = source;
    this.#sender = sender;
  }

  /** Resolves when the sender is as it was wanted last, or the browser has refused that for now. Never rejects. */
  send(wanted: Sending): Promise<void> {
    this.#wanted = wanted;
    return this.#run();
  }

  /** The two have negotiated: what the browser refused meanwhile, or forgot with a new m-line, is said again. */
  async handleNegotiated(): Promise<void> {
    if (kindOf(this.#source) === 'video') await this.#run();
  }

  /** After a rollback Chromium sends no picture, and forgets how it was to be sent, until it is given the track anew. */
  async handleRolledBack(): Promise<void> {
    if (kindOf(this.#source) !== 'video') return;
    this.#isForgotten = true;
    await this.#run();
  }

  #run(): Promise<void> {
    this.#isDue = true;
    this.#running ??= this.#settle().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #settle(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      // Refused by a sender that has ended with its connection, or while the two negotiate.
      await this.#apply().catch(() => undefined);
    }
  }

  async #apply(): Promise<void> {
    const { track, shown } = this.#wanted;
    if (this.#isForgotten) await this.#sender.replaceTrack(null);
    this.#isForgotten = false;
    if (this.#sender.track !== (track ?? null)) await this.#sender.replaceTrack(track ?? null);
    if (track === undefined) return;
    if (this.#source === 'screen') await sendInDetail(this.#sender);
    if (this.#source === 'camera') await sendOnce(this.#sender, track, shown);
  }
}

/** In one size. */
async function sendOnce(
  sender: NarrowSender,
  track: MediaStreamTrack,
  shown: number | undefined,
): Promise<void> {
  const encoding = cameraEncoding(track.getSettings().height, shown);
  const parameters = sender.getParameters();
  if (parameters.encodings.length === 0) return;
  parameters.encodings = parameters.encodings.map((one) => ({ ...one, ...encoding }));
  await sender.setParameters(parameters);
}
