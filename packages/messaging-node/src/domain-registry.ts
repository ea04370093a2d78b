/**
 * Which hyperties and data objects of the domain are there, by whom and what they are for. What is registered holds for so many
 * seconds and is kept alive; it ends with its address. SPEC.md rules G.
 *
 * | state        | means                                            | goes on with                                            |
 * |--------------|--------------------------------------------------|---------------------------------------------------------|
 * | live         | registered, or kept alive, within its `expires`  | time passed, or its word: disconnected                  |
 * | disconnected | listed only where nothing that fits is live      | kept alive: live; an hour passed: forgotten             |
 * | forgotten    | unregistered, or its address is gone             | registered again: live                                  |
 */
import { type Clock, systemClock } from '@plenum/hyperty';
import {
  type Address,
  ConferenceError,
  errorBody,
  type MessageOf,
  type Request,
  type ResponseBody,
} from '@plenum/protocol';
import * as v from 'valibot';
import { Agenda } from './agenda.ts';
import {
  type Criteria,
  criteriaSchema,
  fits,
  isOwn,
  keysOf,
  type RegistrationStatus,
  type RegistryEntry,
  registrationSchema,
  statusSchema,
} from './registry-entry.ts';
import type { Session } from './session.ts';

/** Entries in one answer. */
const pageSize = 50;
/** Of entries that answer one question no more are looked through: many may bear one name. */
const maxExamined = 1_000;
/** Milliseconds for which a disconnected entry is remembered. */
const rememberedMs = 60 * 60 * 1000;

export interface DomainRegistryOptions {
  readonly clock?: Clock | undefined;
  /** Time alone has changed something: `takeChanges` says what. */
  readonly onChanged?: (() => void) | undefined;
  /** Entries of one session; the domain's own have no limit. */
  readonly entriesPerSession?: number | undefined;
}

/** To be published at the `…/registration` of its address. */
export interface StatusChange {
  readonly url: Address;
  readonly status: RegistrationStatus;
}

interface Kept {
  readonly entry: RegistryEntry;
  readonly session: Session;
  /** Milliseconds: when it becomes disconnected, or is forgotten. */
  readonly due: number;
}

export class DomainRegistry {
  readonly #clock: Clock;
  readonly #entriesPerSession: number;
  readonly #kept = new Map<Address, Kept>();
  /** Addresses by what they are asked for by, such as `/hyperty/user/<user URL>`. */
  readonly #index = new Map<string, Set<Address>>();
  readonly #counts = new Map<Session, number>();
  readonly #agenda: Agenda<Address>;
  readonly #changes = new Map<Address, RegistrationStatus>();

  constructor(options: DomainRegistryOptions = {}) {
    const { clock = systemClock, onChanged = () => undefined, entriesPerSession = 64 } = options;
    this.#clock = clock;
    this.#entriesPerSession = entriesPerSession;
    this.#agenda = new Agenda<Address>(clock, () => {
      this.#lookAfter();
      if (this.#changes.size > 0) onChanged();
    });
  }

  /**
   * `create` registers, `update` keeps alive or changes the status, `read` discovers, `delete` unregisters. To be followed by
   * `takeChanges`. @throws ConferenceError `bad-request`, `not-authorized`, `address-not-found`, `capacity-exceeded`.
   */
  handle(session: Session, message: Request): ResponseBody {
    switch (message.type) {
      case 'create':
        this.register(session, message.body.value);
        return { code: 200 };
      case 'update':
        this.#update(session, message);
        return { code: 200 };
      case 'read':
        return this.#discover(message.body);
      case 'delete':
        this.#unregister(session, message);
        return { code: 200 };
      default:
        throw new ConferenceError('unknown-method');
    }
  }

  /**
   * Again for the same address it replaces what was said before.
   * @throws ConferenceError `bad-request` for what is no registration, `not-authorized` for an address or a user that is
   * not the session's, `capacity-exceeded`.
   */
  register(session: Session, value: unknown): void {
    const parsed = v.safeParse(registrationSchema, value);
    if (!parsed.success) throw new ConferenceError('bad-request', 'That is no registration.');
    const entry = parsed.output;
    if (!isOwn(session, entry)) throw new ConferenceError('not-authorized');
    const before = this.#kept.get(entry.url)?.entry;
    const count = this.#counts.get(session) ?? 0;
    if (before === undefined && !session.isTrusted && count >= this.#entriesPerSession) {
      throw new ConferenceError('capacity-exceeded', 'The session has too many registrations.');
    }
    this.remove(entry.url);
    this.#counts.set(session, (this.#counts.get(session) ?? 0) + 1);
    for (const key of keysOf(entry)) {
      this.#index.set(key, (this.#index.get(key) ?? new Set<Address>()).add(entry.url));
    }
    this.#keep({ entry, session }, before?.status);
  }

  /** Sets the status and the time at which that ends. */
  #keep({ entry, session }: Omit<Kept, 'due'>, before: RegistrationStatus | undefined): void {
    const lastsMs = entry.status === 'live' ? entry.expires * 1000 : rememberedMs;
    const due = this.#clock.now() + lastsMs;
    this.#kept.set(entry.url, { entry, session, due });
    this.#agenda.enter(entry.url, due);
    if (entry.status !== before) this.#changes.set(entry.url, entry.status);
  }

  /** Without an attribute it keeps alive; the one attribute that may be changed is the status. */
  #update(session: Session, { from, body }: MessageOf<'update'>): void {
    const { attribute, value, resource } = body;
    const status = attribute === undefined ? 'live' : value;
    if ((attribute ?? 'status') !== 'status' || !v.is(statusSchema, status)) {
      throw new ConferenceError('bad-request', 'Of a registration only the status can be changed.');
    }
    const { entry } = this.#own(session, resource ?? from);
    this.#keep({ entry: { ...entry, status }, session }, this.#statusOf(entry.url));
  }

  #unregister(session: Session, { from, body }: MessageOf<'delete'>): void {
    const { entry } = this.#own(session, body.resource ?? from);
    if (this.remove(entry.url)) this.#changes.set(entry.url, 'disconnected');
  }

  #own(session: Session, url: string): Kept {
    this.#lookAfter();
    const kept = this.#kept.get(url as Address);
    if (kept === undefined) throw new ConferenceError('address-not-found');
    if (kept.session !== session) throw new ConferenceError('not-authorized');
    return kept;
  }

  /**
   * Understands `/hyperty/<user|url|name>/<value>` and `/dataObject/<url|name|reporter>/<value>`. Where nothing is live what is
   * not is listed, with an error that says so: not reachable now, but known.
   */
  #discover({ resource, criteria }: MessageOf<'read'>['body']): ResponseBody {
    const parsed = v.safeParse(criteriaSchema, criteria ?? {});
    if (!parsed.success) throw new ConferenceError('bad-request', 'That is no criteria of a discovery.');
    const found = this.read(resource).filter((entry) => fits(entry, parsed.output));
    const live = found.filter(({ status }) => status === 'live');
    if (live.length > 0) return { code: 200, value: pageOf(live, parsed.output) };
    if (found.length === 0) return { ...errorBody(new ConferenceError('address-not-found')), value: [] };
    const registrations = pageOf(found, parsed.output);
    const error = new ConferenceError('timeout', 'Nobody who fits is connected now.', {
      details: { registrations },
    });
    return { ...errorBody(error), value: registrations };
  }

  /** Whatever is known of a resource, in the order of registration. @throws ConferenceError `bad-request`. */
  read(resource: string | undefined): readonly RegistryEntry[] {
    if (resource === undefined || !resourcePattern.test(resource)) throw new ConferenceError('bad-request');
    this.#lookAfter();
    const entries: RegistryEntry[] = [];
    for (const url of this.#index.get(resource) ?? []) {
      const kept = this.#kept.get(url);
      if (kept !== undefined) entries.push(kept.entry);
      if (entries.length === maxExamined) break;
    }
    return entries;
  }

  /** The address is gone, and its entry with it. Whether there was one that was live. */
  remove(url: Address): boolean {
    const kept = this.#kept.get(url);
    if (kept === undefined) return false;
    const wasLive = this.#statusOf(url) === 'live';
    this.#kept.delete(url);
    this.#agenda.strike(url);
    this.#changes.delete(url);
    for (const key of keysOf(kept.entry)) this.#forgetKey(key, url);
    const count = (this.#counts.get(kept.session) ?? 0) - 1;
    if (count > 0) this.#counts.set(kept.session, count);
    else this.#counts.delete(kept.session);
    return wasLive;
  }

  #forgetKey(key: string, url: Address): void {
    const urls = this.#index.get(key);
    urls?.delete(url);
    if (urls?.size === 0) this.#index.delete(key);
  }

  /** What became live or disconnected since the last time, each once. */
  takeChanges(): readonly StatusChange[] {
    this.#lookAfter();
    const changes = Array.from(this.#changes, ([url, status]) => ({ url, status }));
    this.#changes.clear();
    return changes;
  }

  /** Entries that are known. */
  get size(): number {
    return this.#kept.size;
  }

  #statusOf(url: Address): RegistrationStatus | undefined {
    return this.#kept.get(url)?.entry.status;
  }

  /** What is registered is looked after no more. May be called more than once. */
  close(): void {
    this.#agenda.close();
  }

  #lookAfter(): void {
    const now = this.#clock.now();
    for (const url of this.#agenda.takeDue()) this.#lookAfterOne(url, now);
  }

  #lookAfterOne(url: Address, now: number): void {
    const kept = this.#kept.get(url);
    if (kept === undefined) return;
    const { entry, session, due } = kept;
    if (due > now) this.#agenda.enter(url, due);
    else if (entry.status === 'live')
      this.#keep({ entry: { ...entry, status: 'disconnected' }, session }, 'live');
    else this.remove(url);
  }
}

const resourcePattern = /^\/(?:hyperty\/(?:user|url|name)|dataObject\/(?:url|name|reporter))\/./;

function pageOf(entries: readonly RegistryEntry[], { page }: Criteria): readonly RegistryEntry[] {
  return entries.slice((page - 1) * pageSize, page * pageSize);
}
