/** Initials on a tint, for a person without a picture. */
import { initialsOf, tintOf } from '../state/initials.ts';
import styles from './avatar.module.css';

const tints = 6;

export function Avatar({ name }: { readonly name: string }) {
  return (
    <span className={styles.avatar} data-tint={tintOf(name, tints)} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
