/** A whole page that says something: the call is over, or cannot be. */
import type { ReactNode } from 'react';
import { FocusedHeading } from './focused-heading.tsx';
import styles from './message.module.css';
import { Details } from './notice.tsx';

interface MessageProps {
  readonly title: string;
  readonly lines: readonly string[];
  readonly details?: string | undefined;
  /** Buttons. */
  readonly children?: ReactNode;
}

export function Message({ title, lines, details, children }: MessageProps) {
  return (
    <main className={styles.page}>
      <div className={styles.message}>
        <FocusedHeading isVisible>{title}</FocusedHeading>
        {lines.filter(Boolean).map((line) => (
          <p key={line}>{line}</p>
        ))}
        {children !== undefined && <div className={styles.actions}>{children}</div>}
        {details !== undefined && (
          <div className={styles.details}>
            <Details text={details} />
          </div>
        )}
      </div>
    </main>
  );
}
