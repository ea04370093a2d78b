/** Rings at people by their hyperties, on behalf of who invites; the first of somebody's hyperties to accept answers. */
import { type HypertyRuntime, TokenBucket } from '@plenum/hyperty';
import {
  type Address,
  ConferenceError,
  type HypertyUrl,
  type InvitationData,
  type InvitationResult,
  splitAddress,
  type UserUrl,
} from '@plenum/protocol';

export interface InvitationsContext {
  readonly runtime: Pick<HypertyRuntime, 'bus' | 'registry' | 'clock' | 'domain'>;
  readonly conferenceUrl: HypertyUrl;
  /** Where invitations come from: the `/subscription` of the Communication object. */
  readonly from: Address;
  readonly describe: () => Omit<InvitationData, 'from'>;
  /** Whoever is invited is expected from now on. */
  readonly onInvited: (userUrl: string) => void;
}

export interface Inviter {
  readonly name: string;
  readonly userUrl: string;
}

/** How long it rings, and how often the inviter is told so, in milliseconds. */
const ringMs = 60_000;
const progressEveryMs = 5_000;

/** Hyperties of one user that ring; more browsers nobody answers. */
const maxHyperties = 8;

/** Whom one inviter may ring at: so many at once, and so many a second in the long run. */
const invitationRate = { burst: 64, perSecond: 1 };
const maxInviters = 1_000;

export class Invitations {
  readonly #context: InvitationsContext;
  readonly #rates = new Map<string, TokenBucket>();
  readonly #ending = new AbortController();
  /** Who is rung at now, and what to do when they come by themselves. */
  readonly #expected = new Set<{ readonly user: string; readonly arrive: () => void }>();

  constructor(context: InvitationsContext) {
    this.#context = context;
  }

  /**
   * Resolves when each has answered, or none will.
   * @param users User URLs and hyperty URLs, 32 at most.
   * @throws ConferenceError `rate-limited`.
   */
  async invite(
    inviter: Inviter,
    users: readonly string[],
    progress: () => void = () => undefined,
  ): Promise<readonly InvitationResult[]> {
    this.#count(inviter, users.length);
    const { clock } = this.#context.runtime;
    let stop = () => {};
    const tell = () => {
      progress();
      stop = clock.after(progressEveryMs, tell);
    };
    tell();
    try {
      return await Promise.all(users.map((user) => this.#inviteOne(inviter, user)));
    } finally {
      stop();
    }
  }

  #count({ userUrl }: Inviter, count: number): void {
    const rate = this.#rates.get(userUrl) ?? new TokenBucket(invitationRate);
    if (this.#rates.size >= maxInviters && !this.#rates.has(userUrl)) this.#rates.clear();
    this.#rates.set(userUrl, rate);
    if (!rate.take(this.#context.runtime.clock.now(), count)) throw new ConferenceError('rate-limited');
  }

  async #inviteOne(inviter: Inviter, user: string): Promise<InvitationResult> {
    const hyperties = await this.#hypertiesOf(user);
    if (hyperties.length === 0) return { user, outcome: 'unreachable' };
    if (user.startsWith('user://')) this.#context.onInvited(user);
    const { promise: arrival, resolve: arrive } = Promise.withResolvers<void>();
    const expected = { user, arrive };
    this.#expected.add(expected);
    try {
      return { user, ...(await this.#ring(inviter, hyperties, arrival)) };
    } finally {
      this.#expected.delete(expected);
    }
  }

  /** Who comes while it rings has accepted, whichever way they came. */
  handleEntered(userUrl: string): void {
    for (const { user, arrive } of this.#expected) if (user === userUrl) arrive();
  }

  /** Of this domain only; of another nobody can be found yet. */
  async #hypertiesOf(user: string): Promise<readonly HypertyUrl[]> {
    const { runtime, conferenceUrl } = this.#context;
    const address = splitAddress(user);
    if (address?.domain !== runtime.domain) return [];
    if (address.scheme === 'hyperty') return user === conferenceUrl ? [] : [user as HypertyUrl];
    if (address.scheme !== 'user') return [];
    const found = await runtime.registry.discover(conferenceUrl, user as UserUrl).catch(() => []);
    const urls = found.map(({ url }) => url).filter((url) => url !== conferenceUrl);
    return urls.slice(0, maxHyperties);
  }

  /** The first to accept answers for all, and the others are not waited for. */
  async #ring(
    { name, userUrl }: Inviter,
    hyperties: readonly HypertyUrl[],
    arrival: Promise<void>,
  ): Promise<Omit<InvitationResult, 'user'>> {
    const { runtime, describe } = this.#context;
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#ending.signal]);
    const stopTimer = runtime.clock.after(ringMs, () => stop.abort());
    const value: InvitationData = { ...describe(), from: { name, userURL: userUrl } };
    try {
      const rings = Promise.any(hyperties.map((url) => this.#ringAt(url, value, signal)));
      await Promise.race([rings, arrival]);
      return { outcome: 'accepted' };
    } catch (thrown) {
      return outcomeOf(thrown instanceof AggregateError ? thrown.errors : [thrown]);
    } finally {
      stopTimer();
      stop.abort();
    }
  }

  async #ringAt(to: HypertyUrl, value: InvitationData, signal: AbortSignal): Promise<void> {
    const { runtime, from, onInvited } = this.#context;
    const draft = { type: 'create', from, to, body: { schema: 'Invitation', value } } as const;
    const { identity } = await runtime.bus.request(draft, { signal, timeoutMs: ringMs });
    // Who was rung at by a hyperty URL is known only by the answer.
    if (identity !== undefined) onInvited(identity.userURL);
  }

  /** It rings no more. May be called more than once. */
  close(): void {
    this.#ending.abort();
  }
}

/** One that declines has read it; one that rings on in vain is at least there. */
function outcomeOf(errors: readonly unknown[]): Omit<InvitationResult, 'user'> {
  const refusals = errors.filter((error) => error instanceof ConferenceError);
  const declined = refusals.find(({ code }) => code === 'declined');
  if (declined !== undefined) return { outcome: 'declined', reason: declined.message };
  const isSilent = refusals.some(({ code }) => code === 'timeout' || code === 'aborted');
  return { outcome: isSilent ? 'unanswered' : 'unreachable' };
}
