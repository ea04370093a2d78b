/** Making a link that lets in whoever has it. */
import type { ConferenceClientApi, GuestLink } from '@plenum/client';
import { type ErrorWords, errorWords, toFailure } from './error-words.ts';
import { type Signal, signal } from './signal.ts';
import { timeWords } from './time-words.ts';

export type GuestLinkState =
  | { readonly name: 'none' }
  | { readonly name: 'creating' }
  | { readonly name: 'created'; readonly link: GuestLink; readonly role: GuestRole }
  | { readonly name: 'failed'; readonly words: Pick<ErrorWords, 'title' | 'happened'> };

export type GuestRole = 'participant' | 'listener';

export interface GuestLinkModel {
  readonly state: Signal<GuestLinkState>;
  create(role: GuestRole, validForSeconds: number): void;
  /** The one there is stays valid; another may be made. */
  reset(): void;
}

/** How long a link may be valid, in seconds. */
export const validities = [
  { id: '3600', label: 'One hour' },
  { id: '86400', label: 'One day' },
  { id: '604800', label: 'One week' },
  { id: '2592000', label: '30 days' },
] as const;

export function createGuestLinkModel(
  client: Pick<ConferenceClientApi, 'invite'>,
  roomId: string,
): GuestLinkModel {
  const state = signal<GuestLinkState>({ name: 'none' });
  const create = async (role: GuestRole, validForSeconds: number) => {
    state.set({ name: 'creating' });
    try {
      const link = await client.invite({ guestLink: { role, validForSeconds } }, roomId);
      state.set({ name: 'created', link, role });
    } catch (error) {
      const { happened } = errorWords(toFailure(error));
      state.set({ name: 'failed', words: { title: 'The link could not be made', happened } });
    }
  };
  return {
    state,
    create: (role, validForSeconds) => void create(role, validForSeconds),
    reset: () => state.set({ name: 'none' }),
  };
}

/** What the link does, for whoever hands it out. */
export function guestLinkWords(role: GuestRole, expires: string, now: Date, locale?: string): string {
  const what = role === 'listener' ? 'listens and looks' : 'takes part';
  return `Whoever has it comes in without waiting and ${what}. Valid until ${timeWords(expires, now, locale)}.`;
}
