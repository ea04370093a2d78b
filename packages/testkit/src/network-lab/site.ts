import { type Conditions, Line, perfect } from './line.ts';
import { NetworkSpace, runCommand } from './network-space.ts';
import { type Cut, type Egress, formatRules, type Nat } from './router-rules.ts';

export interface SiteOptions {
  readonly nat: Nat;
  /** Everything unless given. */
  readonly egress?: Egress;
}

/** Where a site is to be. */
export interface Place {
  readonly internet: NetworkSpace;
  /** No other site of this internet has it. */
  readonly number: number;
  /** Another public one each time. */
  readonly nextAddress: () => string;
}

interface Parts {
  readonly client: NetworkSpace;
  readonly router: NetworkSpace;
  readonly line: Line;
}

/** More than this waits for nobody in a call; home routers often hold more. */
const usualQueueMs = 200;

/**
 * A place with one machine, the client, behind a router, whose line to the internet can be made bad. Of its directions,
 * *down* is towards the client. What is set holds until it is set again.
 */
export class Site {
  /** What to put before a command that shall run on the client; it keeps its process id. */
  readonly launcher: readonly string[];
  readonly #options: SiteOptions;
  readonly #place: Place;
  readonly #parts: Parts;
  #address = '';
  #publicAddress = '';
  #addressCount = 0;
  #cut: Cut = 'nothing';
  #down = perfect;
  #up = perfect;

  private constructor(options: SiteOptions, place: Place, parts: Parts) {
    this.#options = options;
    this.#place = place;
    this.#parts = parts;
    this.launcher = parts.client.launcher;
  }

  static async open(options: SiteOptions, place: Place): Promise<Site> {
    await using opened = new AsyncDisposableStack();
    const keep = <T extends { close(): Promise<void> }>(part: T): T => opened.adopt(part, () => part.close());
    const client = keep(await NetworkSpace.open());
    const router = keep(await NetworkSpace.open());
    const toInternet = { space: router, device: 'wan' };
    const line = keep(await Line.open(toInternet, { space: place.internet, device: deviceOf(place) }));
    const site = new Site(options, place, { client, router, line });
    await site.#connect();
    opened.move();
    return site;
  }

  /** Of the client: a private one behind a NAT. */
  get address(): string {
    return this.#address;
  }

  /** As which the internet sees it. */
  get publicAddress(): string {
    return this.#publicAddress;
  }

  /** A direction that is not given is as fast as this machine. What would wait longer than the queue holds is dropped. */
  limit(rates: { downKbps?: number; upKbps?: number; queueMs?: number }): Promise<void> {
    const { downKbps, upKbps, queueMs = usualQueueMs } = rates;
    return this.#change({ rateKbps: downKbps, queueMs }, { rateKbps: upKbps, queueMs });
  }

  /** Percent of the packets, each at random. */
  lose({ down = 0, up = 0 }: { down?: number; up?: number }): Promise<void> {
    return this.#change({ lossPercent: down }, { lossPercent: up });
  }

  /** Half of the round trip in each direction, and in each up to so much jitter. Packets stay in order. */
  delay({ roundTripMs, jitterMs = 0 }: { roundTripMs: number; jitterMs?: number }): Promise<void> {
    const late = { delayMs: roundTripMs / 2, jitterMs };
    return this.#change(late, late);
  }

  /** Lets nothing through any more, or nothing of TCP or UDP, without a word to anybody. */
  async cut(what: Exclude<Cut, 'nothing'> = 'everything'): Promise<void> {
    this.#cut = what;
    await this.#filter();
  }

  /** After a cut. */
  async restore(): Promise<void> {
    this.#cut = 'nothing';
    await this.#filter();
  }

  /** The client is on another network from now on, inside and outside. The line stays as it is. */
  async changeAddress(): Promise<void> {
    const { internet, nextAddress } = this.#place;
    const before = this.#publicAddress;
    this.#takeAddresses(nextAddress());
    await internet.ip(`route del ${before} dev ${deviceOf(this.#place)}`);
    await this.#configure();
  }

  async close(): Promise<void> {
    const { client, router, line } = this.#parts;
    await Promise.all([line.close(), router.close(), client.close()]);
  }

  async #connect(): Promise<void> {
    const { client, router } = this.#parts;
    const ends = `uplink netns ${client.pid} type veth peer name lan netns ${router.pid}`;
    await runCommand(['ip', 'link', 'add', ...ends.split(' ')]);
    await client.ip('link set uplink up');
    await router.ip(`
      address add ${this.#gateway}/24 dev lan
      link set lan up
      link set wan up
    `);
    await this.#place.internet.ip(`link set ${deviceOf(this.#place)} up`);
    this.#takeAddresses(this.#place.nextAddress());
    await this.#configure();
  }

  get #gateway(): string {
    return `192.168.${this.#place.number}.1`;
  }

  #takeAddresses(publicAddress: string): void {
    this.#addressCount += 1;
    const inside = `192.168.${this.#place.number}.${1 + this.#addressCount}`;
    this.#address = this.#options.nat === 'none' ? publicAddress : inside;
    this.#publicAddress = publicAddress;
  }

  /** Routes say where an address is, not prefixes. A router that translates nothing has no public address itself. */
  async #configure(): Promise<void> {
    const { client, router } = this.#parts;
    await client.ip(`
      address flush dev uplink
      address add ${this.#address}/32 dev uplink
      route add default via ${this.#gateway} dev uplink onlink
    `);
    const own = this.#options.nat === 'none' ? '' : `address add ${this.#publicAddress}/32 dev wan`;
    await router.ip(`
      address flush dev wan
      ${own}
      route replace default dev wan
      route replace ${this.#address} dev lan
    `);
    await this.#filter();
    await this.#place.internet.ip(`route add ${this.#publicAddress} dev ${deviceOf(this.#place)}`);
  }

  async #filter(): Promise<void> {
    const { nat, egress = 'all' } = this.#options;
    const rules = formatRules({ nat, egress, cut: this.#cut, address: this.#address });
    await this.#parts.router.run(['nft', '-f', '-'], rules);
  }

  async #change(down: Partial<Conditions>, up: Partial<Conditions>): Promise<void> {
    this.#down = { ...this.#down, ...down };
    this.#up = { ...this.#up, ...up };
    await this.#parts.line.set(this.#down, this.#up);
  }
}

function deviceOf({ number }: Place): string {
  return `site${number}`;
}
