/** The panel beside the stage: one at a time. */
import { type Signal, signal } from './signal.ts';

export type PanelName = 'chat' | 'people' | 'connection';

export interface Panels {
  readonly shown: Signal<PanelName | undefined>;
  toggle(name: PanelName): void;
  open(name: PanelName): void;
  close(): void;
}

export function createPanels(): Panels {
  const shown = signal<PanelName | undefined>(undefined);
  return {
    shown,
    toggle: (name) => shown.set(shown.current === name ? undefined : name),
    open: (name) => shown.set(name),
    close: () => shown.set(undefined),
  };
}
