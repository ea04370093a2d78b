/**
 * Notices that nothing comes over a link any more. The worker counts the checks of consent only (RFC 7675), which browsers make and
 * not all other programs do: GStreamer of Debian 12 makes none once it is connected, and would be cut off in the middle of its picture.
 */

export interface SilenceOptions {
  /** All that came so far; rejects once the link is closed. */
  readonly readBytes: () => Promise<number>;
  /** Milliseconds; it is noticed up to a fifth later. */
  readonly silentForMs: number;
  /** Calls once, later; gives what prevents it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Called once. Not before anything came: a link that is not made is for others to notice. */
  readonly onSilent: () => void;
}

const looks = 5;

/** Gives what ends the watch; it ends by itself with the link. */
export function watchForSilence({ readBytes, silentForMs, after, onSilent }: SilenceOptions): () => void {
  let isEnded = false;
  let bytes = 0;
  let inVain = 0;
  let stopWaiting: () => void = () => undefined;
  const look = async () => {
    const before = bytes;
    bytes = await readBytes();
    inVain = bytes > 0 && bytes === before ? inVain + 1 : 0;
    if (isEnded) return;
    if (inVain === looks) onSilent();
    else wait();
  };
  const wait = () => {
    // Rejected where the link was closed meanwhile.
    stopWaiting = after(silentForMs / looks, () => void look().catch(() => undefined));
  };
  wait();
  return () => {
    isEnded = true;
    stopWaiting();
  };
}
