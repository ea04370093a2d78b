/** Cuts a stream of text into lines, and keeps no more of it than one line may have. */

interface LineEvents {
  readonly onLine: (line: string) => void;
  /** Nothing is read after it. */
  readonly onTooLong: () => void;
}

/** Takes the stream's chunks. */
export function createLineReader(
  maxLength: number,
  { onLine, onTooLong }: LineEvents,
): (chunk: string) => void {
  let parts: string[] = [];
  let length = 0;
  let isOver = false;
  /** False where the line has become too long. */
  const extend = (part: string): boolean => {
    parts.push(part);
    length += part.length;
    if (length <= maxLength) return true;
    isOver = true;
    parts = [];
    onTooLong();
    return false;
  };
  return (chunk) => {
    if (isOver) return;
    const pieces = chunk.split('\n');
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      if (!extend(piece)) return;
      onLine(parts.join(''));
      parts = [];
      length = 0;
    }
    extend(rest);
  };
}
