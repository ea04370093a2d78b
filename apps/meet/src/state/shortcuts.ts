/** The keys of the call: Meet's and Jitsi's, which people know. */
export type ShortcutAction =
  | 'toggle-microphone'
  | 'toggle-camera'
  | 'toggle-screen'
  | 'push-to-talk'
  | 'toggle-hand'
  | 'toggle-chat'
  | 'toggle-people'
  | 'toggle-connection'
  | 'help';

export interface Shortcut {
  readonly action: ShortcutAction;
  readonly keys: readonly string[];
  readonly description: string;
}

/** What the help shows, in its order. */
export const shortcuts: readonly Shortcut[] = [
  { action: 'toggle-microphone', keys: ['M', 'Ctrl+D'], description: 'Microphone on or off' },
  { action: 'toggle-camera', keys: ['V', 'Ctrl+E'], description: 'Camera on or off' },
  { action: 'toggle-screen', keys: ['D'], description: 'Share your screen, or stop' },
  { action: 'push-to-talk', keys: ['Space'], description: 'Talk while held, when muted' },
  { action: 'toggle-hand', keys: ['R'], description: 'Hand up or down' },
  { action: 'toggle-chat', keys: ['C'], description: 'Chat' },
  { action: 'toggle-people', keys: ['P'], description: 'People' },
  { action: 'toggle-connection', keys: ['T'], description: 'Connection' },
  { action: 'help', keys: ['?'], description: 'This list' },
];

const singleKeys: Readonly<Record<string, ShortcutAction>> = {
  m: 'toggle-microphone',
  v: 'toggle-camera',
  d: 'toggle-screen',
  r: 'toggle-hand',
  c: 'toggle-chat',
  p: 'toggle-people',
  t: 'toggle-connection',
  '?': 'help',
};

/** The part of a `KeyboardEvent` that matters. */
export interface KeyStroke {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Where the key went: text is being typed there, the element uses the space bar itself, or neither. */
export type KeyTarget = 'text' | 'control' | 'page';

export function shortcutFor(stroke: KeyStroke, target: KeyTarget): ShortcutAction | undefined {
  if (stroke.altKey) return undefined;
  const key = stroke.key.toLowerCase();
  // On a Mac the command key takes the control key's part, as in Meet.
  if (stroke.ctrlKey || stroke.metaKey) {
    return key === 'd' ? 'toggle-microphone' : key === 'e' ? 'toggle-camera' : undefined;
  }
  if (target === 'text') return undefined;
  if (key === ' ') return target === 'page' ? 'push-to-talk' : undefined;
  return Object.hasOwn(singleKeys, key) ? singleKeys[key] : undefined;
}

const typing =
  'textarea, select, [contenteditable=""], [contenteditable="true"], [role="listbox"], [role="menu"]';
const usesSpace = 'button, a, summary, input, [role="button"], [role="dialog"]';

export function keyTargetOf(element: Pick<Element, 'closest'> | null): KeyTarget {
  if (element === null) return 'page';
  if (element.closest(`${typing}, input:not([type="checkbox"], [type="radio"])`) !== null) return 'text';
  return element.closest(usesSpace) === null ? 'page' : 'control';
}
