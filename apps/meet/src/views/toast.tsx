/** A short word about something that happened, with what to do about it. */
import { type ReactNode, useEffect, useEffectEvent } from 'react';
import { Icon, type IconName } from './icons.tsx';
import styles from './toast.module.css';

interface ToastProps {
  readonly icon: IconName;
  readonly title: ReactNode;
  readonly text?: string;
  /** Buttons. */
  readonly children?: ReactNode;
  /** Called when it has been there long enough to be read. Without it the toast stays. */
  readonly onRead?: () => void;
}

/** Long enough for two lines; what it tells is to be seen elsewhere, too. */
const shownMs = 7_000;

export function Toast({ icon, title, text = '', children, onRead }: ToastProps) {
  const isPassing = onRead !== undefined;
  const handleRead = useEffectEvent(() => onRead?.());
  useEffect(() => {
    if (!isPassing) return;
    const timer = setTimeout(handleRead, shownMs);
    return () => clearTimeout(timer);
  }, [isPassing]);
  return (
    <div className={styles.toast}>
      <Icon name={icon} />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {text !== '' && <p className={styles.text}>{text}</p>}
        {hasContent(children) && <div className={styles.actions}>{children}</div>}
      </div>
    </div>
  );
}

function hasContent(children: ReactNode): boolean {
  return children !== undefined && children !== false;
}
