/** Files in words: how large they are, how they stand, and what went wrong. */
import type { FileDelivery, IncomingFileState } from '@plenum/client';

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Such as `2.4 MB`. */
export function sizeWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.95 kB would be said as 1000.0.
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${value === 1 && unit === 0 ? 'byte' : units[unit]}`;
}

const errors: Readonly<Record<string, string>> = {
  'file-corrupt': 'It did not arrive as it was sent. Ask for it again.',
  'file-unreadable': 'It was changed or removed while it was being sent.',
  'participant-left': 'They left before it was finished.',
  'bad-message': 'The other side did not keep to the rules. Ask for it again.',
  'participant-not-found': 'There is nobody else in the call.',
  'not-authorized': 'You may not send anything in this room.',
  aborted: 'You left before it was finished.',
};

export function fileErrorWords(code: string): string | undefined {
  return Object.hasOwn(errors, code) ? errors[code] : undefined;
}

/** How a file that comes stands. */
export function incomingWords(state: IncomingFileState, size: number): string {
  switch (state.name) {
    case 'offered':
      return sizeWords(size);
    case 'receiving': {
      const so = `${sizeWords(state.bytes)} of ${sizeWords(size)}`;
      if (state.pausedBy === 'here') return `${so}, paused`;
      return state.pausedBy === 'there' ? `${so}, paused by the sender` : so;
    }
    case 'verified':
      return `${sizeWords(size)}, complete`;
    case 'declined':
      return 'You declined it.';
    case 'cancelled':
      return state.by === 'here' ? 'You cancelled it.' : 'The sender cancelled it.';
    case 'failed':
      return fileErrorWords(state.error.code) ?? state.error.message;
  }
}

/** How a file that one sends stands with one receiver. */
export function deliveryWords(delivery: FileDelivery, size: number): string {
  switch (delivery.name) {
    case 'offered':
      return 'no answer yet';
    case 'sending': {
      const percent = size === 0 ? 100 : Math.floor((delivery.bytes / size) * 100);
      return delivery.pausedBy === 'there' ? `${percent} %, paused by them` : `${percent} %`;
    }
    case 'verified':
      return 'arrived';
    case 'declined':
      return 'declined';
    case 'cancelled':
      return delivery.by === 'here' ? 'cancelled by you' : 'cancelled';
    case 'failed':
      return failureWords[delivery.error.code] ?? 'failed';
  }
}

const failureWords: Readonly<Record<string, string>> = {
  'participant-left': 'left before it was finished',
  'file-corrupt': 'did not arrive as it was sent',
  'file-unreadable': 'the file was changed or removed',
};

/** Receivers with what became of the file, those of whom the same is to be said together. */
export function receiverWords(
  receivers: readonly { readonly name: string; readonly words: string }[],
): string {
  const byWords = new Map<string, string[]>();
  for (const { name, words } of receivers) byWords.set(words, [...(byWords.get(words) ?? []), name]);
  return [...byWords].map(([words, names]) => `${listNames(names)}: ${words}`).join('; ');
}

const mostNames = 3;

function listNames(names: readonly string[]): string {
  const left = names.length - mostNames;
  return left > 0 ? `${names.slice(0, mostNames).join(', ')} and ${left} more` : names.join(', ');
}
