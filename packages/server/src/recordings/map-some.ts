/** In the order of what it is made from; so many at a time, and no more once one of them failed. Rejects when none is being made any more. */
export async function mapSome<T, R>(
  items: readonly T[],
  atOnce: number,
  make: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let hasFailed = false;
  const work = async () => {
    for (const [index, item] of waiting) {
      if (hasFailed) return;
      try {
        results[index] = await make(item);
      } catch (thrown) {
        hasFailed = true;
        throw thrown;
      }
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: atOnce }, work));
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  return results;
}
