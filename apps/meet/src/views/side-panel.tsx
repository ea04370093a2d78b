/** A panel beside the stage, or over it where there is no room. Focus goes in, and comes back when it closes. */
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { IconButton } from './controls.tsx';
import styles from './side-panel.module.css';
import { useKeptFocus } from './use-kept-focus.ts';

interface SidePanelProps {
  readonly title: string;
  /** Beside the title. */
  readonly count?: number;
  readonly onClose: () => void;
  /** What gets the focus; the title unless given. */
  readonly focus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
}

export function SidePanel({ title, count, onClose, focus, children }: SidePanelProps) {
  const panel = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusInside(panel, focus ?? heading);
  useKeptFocus(panel, heading);
  const handleKey = (event: KeyboardEvent) => {
    // A menu or dialog in it has taken the key for itself.
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <section ref={panel} className={styles.panel} aria-label={title} onKeyDown={handleKey}>
      <header className={styles.header}>
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          {title} {count !== undefined && <span className={styles.count}>{count}</span>}
        </h2>
        <IconButton icon="close" aria-label={`Close ${title.toLowerCase()}`} onPress={onClose} />
      </header>
      {children}
    </section>
  );
}

function useFocusInside(panel: RefObject<HTMLElement | null>, target: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const before = lastingOf(document.activeElement);
    const element = panel.current;
    target.current?.focus({ preventScroll: true });
    return () => {
      // Who has gone elsewhere by hand stays there.
      const isInside = element?.contains(document.activeElement) || document.activeElement === document.body;
      if (isInside && before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [panel, target]);
}

/** An entry of a menu goes with the menu; the button that opened that stays. */
function lastingOf(element: Element | null): Element | null {
  const labels = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby')?.split(' ') ?? [];
  const buttons = labels.map((id) => document.getElementById(id));
  return buttons.find((button) => button?.hasAttribute('aria-haspopup')) ?? element;
}
