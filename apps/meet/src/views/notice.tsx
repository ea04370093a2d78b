/** A problem in words: title, what happened and what to do, with the code under *Details*. */
import type { ReactNode } from 'react';
import { Icon } from './icons.tsx';
import styles from './notice.module.css';

interface NoticeProps {
  readonly title: string;
  readonly text: string;
  readonly details?: string;
  readonly children?: ReactNode;
}

export function Notice({ title, text, details, children }: NoticeProps) {
  return (
    <div className={styles.notice} role="alert">
      <Icon name="warning" />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        <p>{text}</p>
        <div className={styles.actions}>
          {children}
          {details !== undefined && <Details text={details} />}
        </div>
      </div>
    </div>
  );
}

export function Details({ text }: { readonly text: string }) {
  return (
    <details className={styles.details}>
      <summary>Details</summary>
      <pre>{text}</pre>
    </details>
  );
}
