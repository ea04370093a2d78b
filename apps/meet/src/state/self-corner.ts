/** Moving one's own tile from corner to corner. */
import type { Corner } from './stage-layout.ts';

/** Clockwise, for a press: dragging must not be the only way (WCAG 2.5.7). */
const clockwise: readonly Corner[] = ['top-left', 'top-right', 'bottom-right', 'bottom-left'];

export function nextCorner(corner: Corner): Corner {
  return clockwise[(clockwise.indexOf(corner) + 1) % clockwise.length] ?? corner;
}

/** The corner in the arrow's direction; `undefined` for other keys. */
export function cornerAfterKey(corner: Corner, key: string): Corner | undefined {
  const isTop = corner.startsWith('top');
  const isLeft = corner.endsWith('left');
  switch (key) {
    case 'ArrowUp':
      return isLeft ? 'top-left' : 'top-right';
    case 'ArrowDown':
      return isLeft ? 'bottom-left' : 'bottom-right';
    case 'ArrowLeft':
      return isTop ? 'top-left' : 'bottom-left';
    case 'ArrowRight':
      return isTop ? 'top-right' : 'bottom-right';
    default:
      return undefined;
  }
}
