/** The app's own icons: 24 by 24, drawn with the text's colour. Decoration only: the words stand beside them. */
import styles from './icons.module.css';

const paths = {
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4',
  'microphone-off':
    'M15 9.5V6a3 3 0 0 0-5.8-1M9 9v2a3 3 0 0 0 4.6 2.5M6 11a6 6 0 0 0 9.5 4.9M18 11a6 6 0 0 1-.6 2.6M12 17v4M4 4l16 16',
  camera: 'M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2ZM15 11l6-3.5v9L15 13',
  'camera-off':
    'M10 7h3a2 2 0 0 1 2 2v3M15 15.5A2 2 0 0 1 13 17H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2h1.5M15 11l6-3.5v9l-3-1.7M3 3l18 18',
  leave: 'M3 14.5c5-4.6 13-4.6 18 0l-1.8 3-4.2-1.6v-2.6a11 11 0 0 0-6 0v2.6l-4.2 1.6Z',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  link: 'M10 14a4 4 0 0 0 5.7 0l3.1-3.1a4 4 0 0 0-5.7-5.7L12 6.3M14 10a4 4 0 0 0-5.7 0l-3.1 3.1a4 4 0 0 0 5.7 5.7l1.1-1.1',
  people:
    'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11ZM3 19.5a6 6 0 0 1 12 0M16 5a3.2 3.2 0 0 1 0 5.8M17.5 14a6 6 0 0 1 3.5 5.5',
  speaker: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  down: 'm6 9.5 6 6 6-6',
  left: 'm14.5 6-6 6 6 6',
  right: 'm9.5 6 6 6-6 6',
  close: 'M6 6l12 12M18 6 6 18',
  shuffle:
    'M3 7h3.5c4.5 0 6.5 10 11 10H21M3 17h3.5c1.6 0 2.9-1.3 4-3M13.5 10c1.1-1.7 2.4-3 4-3H21M18.5 4.5 21 7l-2.5 2.5M18.5 14.5 21 17l-2.5 2.5',
  warning: 'M12 4 2.8 19.5h18.4ZM12 10v4.5M12 17.2v.1',
  move: 'M12 3v18M3 12h18M9.5 5.5 12 3l2.5 2.5M9.5 18.5 12 21l2.5-2.5M5.5 9.5 3 12l2.5 2.5M18.5 9.5 21 12l-2.5 2.5',
  pause: 'M9 6v12M15 6v12',
  speaking: 'M5 10.5v3M9.7 7v10M14.3 4.5v15M19 9v6',
  chat: 'M5 4.5h14a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-8L6.5 20.5V17H5a2 2 0 0 1-2-2V6.5a2 2 0 0 1 2-2ZM8 9h8M8 12.5h5',
  hand: 'M8 12V6.2a1.5 1.5 0 0 1 3 0V11M11 10.5V4.6a1.5 1.5 0 0 1 3 0v5.9M14 11V6a1.5 1.5 0 0 1 3 0v8.2c0 4-2.4 6.8-6 6.8-2.6 0-4.3-1.2-5.6-3.4L3.3 13.8a1.5 1.5 0 0 1 2.5-1.6L8 14.5V11',
  more: 'M5.5 12h.1M12 12h.1M18.5 12h.1',
  lock: 'M6.5 11h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-6A1.5 1.5 0 0 1 6.5 11ZM8 11V8a4 4 0 0 1 8 0v3',
  send: 'M4 12 20 4.5 15.5 20l-3.7-6.3ZM11.8 13.7 20 4.5',
  invite:
    'M10 11a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6ZM3.5 19.5a6.5 6.5 0 0 1 11-4.7M18.5 13.5v6M15.5 16.5h6',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20 20',
  remove: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  help: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM9.7 9.7a2.4 2.4 0 1 1 3.5 2.1c-.8.4-1.2.9-1.2 1.7M12 16.3v.1',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM12 11v5.5M12 7.6v.1',
  door: 'M6 20.5V4.5l8-1.5v19l-8-1.5ZM14 5.5h4v14h-4M11.2 12v.6',
  reconnect:
    'M4.5 12a7.5 7.5 0 0 1 13-5.1L20 9.5M20 4.5v5h-5M19.5 12a7.5 7.5 0 0 1-13 5.1L4 14.5M4 19.5v-5h5',
  appearance: 'M12 20.5a8.5 8.5 0 1 0 0-17ZM12 3.5a8.5 8.5 0 0 0 0 17',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, isSmall = false }: { readonly name: IconName; readonly isSmall?: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className={isSmall ? styles.small : styles.icon}>
      <path d={paths[name]} />
    </svg>
  );
}
