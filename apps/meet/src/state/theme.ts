/** Dark or light: by the system, unless chosen. The tokens follow. */
import type { Preferences } from './preferences.ts';

export function applyTheme(preferences: Preferences, root: HTMLElement): void {
  const apply = () => {
    const { theme } = preferences.values.current;
    root.dataset['theme'] = theme;
  };
  apply();
  preferences.values.subscribe(apply);
}
