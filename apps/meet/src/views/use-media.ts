/** Whether a media query holds now. */
import { useCallback, useSyncExternalStore } from 'react';

/** A telephone held sideways: the bar stands at the end of the window. */
export const isSideways = '(orientation: landscape) and (max-height: 480px)';

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
