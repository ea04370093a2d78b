/**
 * Sends a camera or a screen over one connection as it is wanted at the time. One step after another, and each by what is wanted when its
 * turn comes: of two `setParameters` at once a browser refuses the second (W3C WebRTC section 5.2).
 */
import { SerialQueue } from '@plenum/hyperty';

export interface PictureWish {
  /** Undefined sends nothing. */
  readonly track: MediaStreamTrack | undefined;
  /** Of each encoding, lowest first. A sender that has another number of them is left as it is: it does no simulcast. */
  readonly encodings: readonly Partial<RTCRtpEncodingParameters>[];
  /** What suffers first where not all can be sent; the browser's own choice unless given. */
  readonly degradation?: RTCDegradationPreference | undefined;
}

export type NarrowSender = Pick<RTCRtpSender, 'track' | 'replaceTrack' | 'getParameters' | 'setParameters'>;

export class PictureSender {
  readonly #sender: NarrowSender;
  readonly #wish: () => PictureWish;
  readonly #steps = new SerialQueue();

  constructor(sender: NarrowSender, wish: () => PictureWish) {
    this.#sender = sender;
    this.#wish = wish;
  }

  /**
   * Resolves when the sender is as it was wanted at its turn. Rejects for one that has ended with its connection, and now and
   * then while the two sides negotiate.
   */
  update(): Promise<void> {
    return this.#steps.run(() => sendPicture(this.#sender, this.#wish(), false));
  }
}

/** Sends it as it is wanted now. @param isForgotten Whether the sender may not do what it says it was told: it is told anew. */
export async function sendPicture(
  sender: NarrowSender,
  { track, encodings, degradation }: PictureWish,
  isForgotten: boolean,
): Promise<void> {
  const isAnother = sender.track !== (track ?? null);
  if (isAnother) await sender.replaceTrack(track ?? null);
  if (track === undefined) return;
  const parameters = sender.getParameters();
  if (parameters.encodings.length !== encodings.length) return;
  const isTold = encodings.every((wanted, index) => isSo(parameters.encodings[index], wanted));
  // An encoder begins anew by being told, also what it does already.
  if (!isAnother && !isForgotten && isTold) return;
  parameters.encodings = parameters.encodings.map((one, index) => ({ ...one, ...encodings[index] }));
  if (degradation !== undefined) parameters.degradationPreference = degradation;
  await sender.setParameters(parameters);
}

function isSo(
  current: RTCRtpEncodingParameters | undefined,
  wanted: Partial<RTCRtpEncodingParameters>,
): boolean {
  const now = new Map(Object.entries(current ?? {}));
  return Object.entries(wanted).every(([key, value]) => now.get(key) === value);
}
