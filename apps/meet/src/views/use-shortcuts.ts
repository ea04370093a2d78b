/** Listens to the keys of the call, before any focused control does. */
import { useEffect, useEffectEvent } from 'react';
import type { CallModel } from '../state/call.ts';
import type { Preferences } from '../state/preferences.ts';
import { keyTargetOf, type ShortcutAction, shortcutFor } from '../state/shortcuts.ts';

export function useShortcuts({ own, panels }: CallModel, preferences: Preferences, onHelp: () => void): void {
  const run = useEffectEvent((action: ShortcutAction) => {
    switch (action) {
      case 'toggle-microphone':
        return own.toggleMicrophone();
      case 'toggle-camera':
        return own.toggleCamera();
      case 'toggle-screen':
        return own.toggleScreen();
      case 'push-to-talk':
        return own.talk(true);
      case 'toggle-hand':
        return own.toggleHand();
      case 'toggle-chat':
        return panels.toggle('chat');
      case 'toggle-people':
        return panels.toggle('people');
      case 'toggle-connection':
        return panels.toggle('connection');
      case 'help':
        return onHelp();
    }
  });
  useEffect(() => {
    const handleDown = (event: KeyboardEvent) => {
      if (!preferences.values.current.hasShortcuts) return;
      const action = shortcutFor(event, keyTargetOf(document.activeElement));
      if (action === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (!event.repeat) run(action);
    };
    const handleUp = (event: KeyboardEvent) => {
      if (event.key === ' ') own.talk(false);
    };
    // Without this a key released in another window would leave the microphone open.
    const handleBlur = () => own.talk(false);
    window.addEventListener('keydown', handleDown, true);
    window.addEventListener('keyup', handleUp, true);
    window.addEventListener('blur', handleBlur);
    return () => {
      window.removeEventListener('keydown', handleDown, true);
      window.removeEventListener('keyup', handleUp, true);
      window.removeEventListener('blur', handleBlur);
      own.talk(false);
    };
  }, [own, preferences]);
}
