/** Counters that begin again at 0 after their largest value, as RTP's sequence numbers (16 bits) and timestamps (32 bits). */

/**
 * The number without a limit that a wrapped one stands for: the one nearest to another that is known.
 * @param near Undefined for the first.
 */
export function unwrap(value: number, bits: 16 | 32, near: number | undefined): number {
  if (near === undefined) return value;
  const range = 2 ** bits;
  const ahead = (((value - near) % range) + range) % range;
  return near + (ahead < range / 2 ? ahead : ahead - range);
}

export function wrap(value: number, bits: 16 | 32): number {
  const range = 2 ** bits;
  return ((value % range) + range) % range;
}
