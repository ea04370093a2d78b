/** That something is live, and how many look on. */
import styles from './live-mark.module.css';

export function LiveMark() {
  return <p className={styles.mark}>Live</p>;
}

export function Audience({ count }: { readonly count: number }) {
  return <p className={styles.audience}>{count} watching</p>;
}
