/** Keeps the focus in a panel when what had it goes: a row whose person was removed, a button that did its work. */
import { type RefObject, useEffect } from 'react';

/** Opened from the panel, but not inside of it. */
const overlays = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

export function useKeptFocus(
  panel: RefObject<HTMLElement | null>,
  fallback: RefObject<HTMLElement | null>,
): void {
  useEffect(() => {
    const element = panel.current;
    if (element === null) return;
    let isOurs = element.contains(document.activeElement);
    const handleMove = ({ target }: Event) => {
      if (!(target instanceof Element) || target.closest(overlays) !== null) return;
      isOurs = element.contains(target);
    };
    const observer = new MutationObserver(() => {
      if (isOurs && document.activeElement === document.body) fallback.current?.focus();
    });
    observer.observe(element, { childList: true, subtree: true });
    document.addEventListener('focusin', handleMove);
    document.addEventListener('pointerdown', handleMove);
    return () => {
      observer.disconnect();
      document.removeEventListener('focusin', handleMove);
      document.removeEventListener('pointerdown', handleMove);
    };
  }, [panel, fallback]);
}
