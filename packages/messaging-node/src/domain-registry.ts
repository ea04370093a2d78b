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
  type Scheme,
  splitAddress,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { Session } from './session.ts';

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const words = v.pipe(v.array(word), v.maxLength(16));
const addressOf = (...schemes: readonly Scheme[]) =>
  v.pipe(
    v.string(),
    v.check((text) => schemes.includes(splitAddress(text)?.scheme ?? 'domain')),
    v.transform((text) => text as Address),
  );

const statusSchema = v.picklist(['live', 'disconnected']);
export type RegistrationStatus = v.InferOutput<typeof statusSchema>;

const common = {
  name: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  resources: v.optional(words, []),
  runtime: v.optional(addressOf('runtime')),
  /** Of a descriptor, or of the schema of an object. */
  schema: v.optional(v.pipe(v.string(), v.maxLength(512))),
  /** Seconds for which it holds. */
  expires: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(30), v.maxValue(86_400)), 3_600),
  status: v.optional(statusSchema, 'live'),
};
const hypertySchema = v.object({
  url: addressOf('hyperty'),
  user: addressOf('user'),
  dataSchemes: v.optional(words, []),
  ...common,
});
const dataObjectSchema = v.pipe(
  v.object({
    url: addressOf('connection', 'comm'),
    reporter: addressOf('hyperty'),
    dataSchemes: v.optional(words),
    ...common,
  }),
  v.transform((entry) => ({ ...entry, dataSchemes: entry.dataSchemes ?? schemesOf(entry.url) })),
);

function schemesOf(url: Address): string[] {
  return [splitAddress(url)?.scheme ?? ''];
}

const registrationSchema = v.union([hypertySchema, dataObjectSchema]);
export type RegistryEntry = v.InferOutput<typeof registrationSchema>;

const criteriaSchema = v.object({
  /** An entry is found that has all of them. */
  resources: v.optional(words, []),
  dataSchemes: v.optional(words, []),
  /** From 1. */
  page: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(20)), 1),
});
type Criteria = v.InferOutput<typeof criteriaSchema>;

/** Entries in one answer. */
const pageSize = 50;
/** Of entries that answer one question no more are looked through: many may bear one name. */
const maxExamined = 1_000;
/** Milliseconds for which a disconnected entry is remembered. */
const rememberedMs = 60 * 60 * 1000;
/** Milliseconds: what is due within one of these is looked after together, at its end. */
const tickMs = 1_000;

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
  readonly #onChanged: () => void;
  readonly #entriesPerSession: number;
  readonly #kept = new Map<Address, Kept>();
  /** Addresses by what they are asked for by, such as `/hyperty/user/<user URL>`. */
  readonly #index = new Map<string, Set<Address>>();
  readonly #counts = new Map<Session, number>();
  /** What to look after in which tick; some of it was put off meanwhile. */
  readonly #agenda = new Map<number, Set<Address>>();
  /** The one tick in which an address stands in the agenda. */
  readonly #ticks = new Map<Address, number>();
  readonly #changes = new Map<Address, RegistrationStatus>();
  #tick: number;
  /** When the clock is to call next, where there is something to look after. */
  #wake: { readonly tick: number; readonly stopTimer: () => void } | undefined;

  constructor(options: DomainRegistryOptions = {}) {
    const { clock = systemClock, onChanged = () => undefined, entriesPerSession = 64 } = options;
    this.#clock = clock;
    this.#onChanged = onChanged;
    this.#entriesPerSession = entriesPerSession;
    this.#tick = Math.floor(clock.now() / tickMs);
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
    this.#schedule(entry.url, due);
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
    this.#unschedule(url);
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

  #schedule(url: Address, due: number): void {
    const tick = Math.ceil(due / tickMs);
    const before = this.#ticks.get(url);
    // What is looked after too early is put off then.
    if (before !== undefined && before <= tick) return;
    this.#unschedule(url);
    this.#ticks.set(url, tick);
    this.#agenda.set(tick, (this.#agenda.get(tick) ?? new Set<Address>()).add(url));
    this.#wakeAt(tick);
  }

  #wakeAt(tick: number): void {
    if (this.#wake !== undefined && this.#wake.tick <= tick) return;
    this.#wake?.stopTimer();
    const delayMs = Math.max(0, tick * tickMs - this.#clock.now());
    this.#wake = { tick, stopTimer: this.#clock.after(delayMs, () => this.#handleWake()) };
  }

  #handleWake(): void {
    this.#wake = undefined;
    this.#lookAfter();
    let next = Number.POSITIVE_INFINITY;
    for (const tick of this.#agenda.keys()) next = Math.min(next, tick);
    if (next < Number.POSITIVE_INFINITY) this.#wakeAt(next);
    if (this.#changes.size > 0) this.#onChanged();
  }

  /** What is registered is looked after no more. May be called more than once. */
  close(): void {
    this.#wake?.stopTimer();
    this.#agenda.clear();
  }

  #unschedule(url: Address): void {
    const tick = this.#ticks.get(url);
    if (tick === undefined) return;
    this.#ticks.delete(url);
    const urls = this.#agenda.get(tick);
    urls?.delete(url);
    if (urls?.size === 0) this.#agenda.delete(tick);
    if (this.#agenda.size > 0) return;
    this.#wake?.stopTimer();
    this.#wake = undefined;
  }

  /** Does what has become due. It costs what is due, not what is known. */
  #lookAfter(): void {
    const now = this.#clock.now();
    for (const last = Math.floor(now / tickMs); this.#tick <= last; this.#tick++) {
      const urls = this.#agenda.get(this.#tick) ?? [];
      this.#agenda.delete(this.#tick);
      for (const url of urls) {
        this.#ticks.delete(url);
        this.#lookAfterOne(url, now);
      }
    }
  }

  #lookAfterOne(url: Address, now: number): void {
    const kept = this.#kept.get(url);
    if (kept === undefined) return;
    const { entry, session, due } = kept;
    if (due > now) this.#schedule(url, due);
    else if (entry.status === 'live')
      this.#keep({ entry: { ...entry, status: 'disconnected' }, session }, 'live');
    else this.remove(url);
  }
}

const resourcePattern = /^\/(?:hyperty\/(?:user|url|name)|dataObject\/(?:url|name|reporter))\/./;

function keysOf(entry: RegistryEntry): readonly string[] {
  const kind = 'user' in entry ? 'hyperty' : 'dataObject';
  const by = 'user' in entry ? `user/${entry.user}` : `reporter/${entry.reporter}`;
  const name = entry.name === undefined ? [] : [`name/${entry.name}`];
  return [by, `url/${entry.url}`, ...name].map((key) => `/${kind}/${key}`);
}

function isOwn({ addresses, isTrusted, identity }: Session, entry: RegistryEntry): boolean {
  if (!addresses.has(entry.url)) return false;
  if ('reporter' in entry) return addresses.has(entry.reporter);
  return isTrusted || entry.user === identity.userURL;
}

function fits(entry: RegistryEntry, { resources, dataSchemes }: Criteria): boolean {
  return (
    resources.every((resource) => entry.resources.includes(resource)) &&
    dataSchemes.every((scheme) => entry.dataSchemes.includes(scheme))
  );
}

function pageOf(entries: readonly RegistryEntry[], { page }: Criteria): readonly RegistryEntry[] {
  return entries.slice((page - 1) * pageSize, page * pageSize);
}
