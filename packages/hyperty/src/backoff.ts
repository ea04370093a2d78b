/** How long to wait before the next try, so that a server that comes back is not met by everybody at once. */

const firstMs = 250;
const mostMs = 3_000;

/** Milliseconds before a further try: doubling to at most three seconds, and anywhere between half and all of it. */
export function retryDelayMs(attempts: number, random: () => number = Math.random): number {
  const bound = Math.min(mostMs, firstMs * 2 ** attempts);
  return bound / 2 + (random() * bound) / 2;
}
