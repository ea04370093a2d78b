/** Which hyperties of the domain are live, by the user they act for. Entries end with their session. */
import { type Address, ConferenceError, splitAddress } from '@plenum/protocol';
import * as v from 'valibot';
import type { Session } from './session.ts';

const word = v.pipe(v.string(), v.maxLength(64));
const entrySchema = v.object({
  url: v.pipe(v.string(), v.maxLength(512)),
  user: v.pipe(
    v.string(),
    v.check((text) => splitAddress(text)?.scheme === 'user'),
  ),
  dataSchemes: v.pipe(v.array(word), v.maxLength(16)),
  resources: v.pipe(v.array(word), v.maxLength(16)),
  status: v.literal('live'),
});
type Entry = v.InferOutput<typeof entrySchema>;

export class DomainRegistry {
  readonly #entries = new Map<Address, Entry>();
  readonly #byUser = new Map<string, Set<Address>>();

  /**
   * @throws ConferenceError `bad-request` for what is no registration, `not-authorized` for a hyperty or a user
   * that is not the session's.
   */
  register(session: Session, value: unknown): void {
    const parsed = v.safeParse(entrySchema, value);
    if (!parsed.success) throw new ConferenceError('bad-request', 'That is no registration.');
    const entry = parsed.output;
    const url = entry.url as Address;
    const isOwnUser = session.isTrusted || entry.user === session.identity.userURL;
    if (!session.addresses.has(url) || !isOwnUser) throw new ConferenceError('not-authorized');
    this.#entries.set(url, entry);
    this.#byUser.set(entry.user, (this.#byUser.get(entry.user) ?? new Set<Address>()).add(url));
  }

  /** Understands `/hyperty/user/<user URL>` and `/hyperty/url/<hyperty URL>`. */
  read(resource: string | undefined): readonly Entry[] {
    const [, by, value] = /^\/hyperty\/(user|url)\/(.+)$/.exec(resource ?? '') ?? [];
    if (by === undefined || value === undefined) throw new ConferenceError('bad-request');
    const urls = by === 'url' ? [value as Address] : [...(this.#byUser.get(value) ?? [])];
    return urls.flatMap((url) => this.#entries.get(url) ?? []);
  }

  /** Whether there was an entry. */
  remove(url: Address): boolean {
    const entry = this.#entries.get(url);
    if (entry === undefined) return false;
    this.#entries.delete(url);
    const urls = this.#byUser.get(entry.user);
    urls?.delete(url);
    if (urls?.size === 0) this.#byUser.delete(entry.user);
    return true;
  }
}
