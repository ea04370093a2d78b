/** The only bridge from view models to React. */
import { useCallback, useSyncExternalStore } from 'react';
import type { Signal } from '../state/signal.ts';

export function useSignal<T>(signal: Signal<T>): T {
  const subscribe = useCallback((listener: () => void) => signal.subscribe(listener), [signal]);
  return useSyncExternalStore(subscribe, () => signal.current);
}
