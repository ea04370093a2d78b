/** Buttons in the app's look, and words for screen readers only. */
import type { ReactNode } from 'react';
import { Button, type ButtonProps } from 'react-aria-components';
import styles from './controls.module.css';
import { Icon, type IconName } from './icons.tsx';

type Look = 'primary' | 'plain' | 'quiet' | 'danger';

interface ActionProps extends Omit<ButtonProps, 'children' | 'className' | 'style'> {
  readonly look?: Look;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

export function ActionButton({ look = 'plain', icon, children, ...props }: ActionProps) {
  return (
    <Button {...props} className={`${styles.button} ${styles[look]}`}>
      {icon !== undefined && <Icon name={icon} isSmall />}
      {children}
    </Button>
  );
}

interface IconButtonProps extends Omit<ButtonProps, 'children' | 'className' | 'style'> {
  readonly icon: IconName;
  readonly 'aria-label': string;
}

export function IconButton({ icon, ...props }: IconButtonProps) {
  return (
    <Button {...props} className={`${styles.button} ${styles.quiet} ${styles.square}`}>
      <Icon name={icon} />
    </Button>
  );
}

/** For those who cannot see the picture beside it. */
export function ForScreenReaders({ children }: { readonly children: ReactNode }) {
  return <span className={styles.hidden}>{children}</span>;
}
