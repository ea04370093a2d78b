/** Shows more of what is above or under it, or less again. */
import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { Icon } from './icons.tsx';
import styles from './opener.module.css';

interface OpenerProps {
  readonly isOpen: boolean;
  readonly onChange: (isOpen: boolean) => void;
  readonly children: ReactNode;
}

export function Opener({ isOpen, onChange, children }: OpenerProps) {
  return (
    <Button className={styles.opener ?? ''} aria-expanded={isOpen} onPress={() => onChange(!isOpen)}>
      {children}
      <span className={styles.arrow} data-is-open={isOpen || undefined}>
        <Icon name="down" isSmall />
      </span>
    </Button>
  );
}
