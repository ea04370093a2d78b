/** For tests: what was asked of fakes has been answered, and what follows from the answers has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
