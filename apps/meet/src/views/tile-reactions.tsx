/** Emoji that float up over somebody's picture. For who sees them only: the others are told in words. */
import type { FloatingReaction } from '../state/reactions.ts';
import type { Signal } from '../state/signal.ts';
import styles from './reactions.module.css';
import { useSignal } from './use-signal.ts';

interface TileReactionsProps {
  readonly shown: Signal<readonly FloatingReaction[]>;
  readonly onGone: (key: number) => void;
}

export function TileReactions({ shown, onGone }: TileReactionsProps) {
  const floating = useSignal(shown);
  return floating.map(({ key, emoji }) => (
    <span
      key={key}
      className={styles.floating}
      style={{ left: `${placeOf(key)}%` }}
      data-reaction={emoji}
      aria-hidden="true"
      onAnimationEnd={() => onGone(key)}
    >
      {emoji}
    </span>
  ));
}

/** Percent of the width: beside the face, on the left and on the right in turn. */
function placeOf(key: number): number {
  const inward = 8 + ((key * 7) % 15);
  return key % 2 === 0 ? inward : 100 - inward;
}
