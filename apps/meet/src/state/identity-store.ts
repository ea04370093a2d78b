/**
 * Keeps who a guest is while the tab is open, over reloads too. Another tab is another guest, unless the browser copies what the
 * tab keeps: a duplicate of the tab is the same guest a second time.
 */
import type { IdentityStore } from '@plenum/client';
import type { PreferenceStorage } from './preferences.ts';

const storageKey = 'plenum.identity';

export function createIdentityStore(storage: PreferenceStorage | undefined): IdentityStore {
  return {
    load() {
      try {
        return storage?.getItem(storageKey) ?? undefined;
      } catch {
        return undefined;
      }
    },
    save(token) {
      try {
        storage?.setItem(storageKey, token);
      } catch {
        // Full or refused: a reload makes another guest.
      }
    },
  };
}
