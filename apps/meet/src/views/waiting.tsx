/** Held in the lobby: somebody inside decides. The picture stays, to look after oneself meanwhile. */
import { useEffect, useRef } from 'react';
import { ActionButton } from './controls.tsx';
import styles from './waiting.module.css';

export const waitingWords = {
  title: 'Waiting to be let in',
  text: 'The host lets people in. They have been told that you are waiting.',
} as const;

export function Waiting({ onCancel }: { readonly onCancel: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that had the focus is gone.
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className={styles.waiting} aria-label="Lobby">
      <span className={styles.dots} aria-hidden="true">
        <span />
        <span />
        <span />
      </span>
      <h2 ref={heading} tabIndex={-1}>
        {waitingWords.title}
      </h2>
      <p>{waitingWords.text}</p>
      <ActionButton onPress={onCancel}>Cancel</ActionButton>
    </section>
  );
}
