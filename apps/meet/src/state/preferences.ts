/** What this browser remembers for the next visit. Works without storage too, then only until the page is closed. */
import { type Signal, signal, type WritableSignal } from './signal.ts';
import type { Corner } from './stage-layout.ts';

export type Theme = 'system' | 'light' | 'dark';

export interface PreferenceValues {
  readonly name: string;
  readonly theme: Theme;
  readonly hasShortcuts: boolean;
  readonly joinsWithCamera: boolean;
  readonly joinsWithMicrophone: boolean;
  readonly cameraId: string;
  readonly microphoneId: string;
  readonly speakerId: string;
  readonly selfCorner: Corner | undefined;
}

export interface Preferences {
  readonly values: Signal<PreferenceValues>;
  update(changes: Partial<PreferenceValues>): void;
}

/** The part of `localStorage` that is used; `undefined` where the browser refuses it. */
export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem'>;

const storageKey = 'plenum.preferences';

const defaults: PreferenceValues = {
  name: '',
  theme: 'system',
  hasShortcuts: true,
  joinsWithCamera: true,
  joinsWithMicrophone: true,
  cameraId: '',
  microphoneId: '',
  speakerId: '',
  selfCorner: undefined,
};

export function createPreferences(storage: PreferenceStorage | undefined): Preferences {
  const values: WritableSignal<PreferenceValues> = signal({ ...defaults, ...load(storage) });
  return {
    values,
    update(changes) {
      values.set({ ...values.current, ...changes });
      save(storage, values.current);
    },
  };
}

function load(storage: PreferenceStorage | undefined): Partial<PreferenceValues> {
  try {
    return readPreferences(JSON.parse(storage?.getItem(storageKey) ?? '{}'));
  } catch {
    // Refused or spoilt: the defaults do.
    return {};
  }
}

function save(storage: PreferenceStorage | undefined, values: PreferenceValues): void {
  try {
    storage?.setItem(storageKey, JSON.stringify(values));
  } catch {
    // Full or refused: it is remembered until the page is closed.
  }
}

/** Takes what has the right type; anything may have been written there by another version. */
function readPreferences(stored: unknown): Partial<PreferenceValues> {
  if (typeof stored !== 'object' || stored === null) return {};
  const known = Object.entries(stored).filter(
    ([key, value]) => key in defaults && hasTypeOf(key as keyof PreferenceValues, value),
  );
  return Object.fromEntries(known);
}

function hasTypeOf(key: keyof PreferenceValues, value: unknown): boolean {
  if (key === 'theme') return ['system', 'light', 'dark'].includes(String(value));
  if (key === 'selfCorner') return /^(top|bottom)-(left|right)$/.test(String(value));
  return typeof value === typeof defaults[key];
}

/** Where the browser does not refuse it: blocked cookies make the mere access throw. */
export function browserStorage(kind: 'localStorage' | 'sessionStorage'): PreferenceStorage | undefined {
  try {
    return window[kind];
  } catch {
    return undefined;
  }
}
