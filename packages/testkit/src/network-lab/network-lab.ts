import { NetworkSpace, runCommand } from './network-space.ts';
import { Site, type SiteOptions } from './site.ts';

// The last number of an address. Those below 16 are here, or the way from here to the internet; those above, at the sites.
const gatewayHost = 14;
const firstHost = 16;
const lastHost = 254;

/**
 * Networks on one machine: an internet, of which this machine's own network is a part, and sites behind NATs and bad
 * lines. No packet leaves the machine.
 *
 *     this process, servers, coturn         lab.address, lab.anotherAddress()   (public)
 *       └── internet                        routes between public addresses only
 *             ├── line ── router ── client  site.publicAddress, site.address    (private behind a NAT)
 *             └── line ── router ── client
 *
 * A server is started here, bound to `lab.address`; a browser or a native participant on a client, by the site's
 * `launcher`. For a mesh, two sites and a STUN server on `lab.address`: two cones reach each other directly, also a cone
 * and a symmetric NAT; two symmetric ones need a TURN server on `lab.address`. Behind `tcp-443` the page and the TURN
 * server have to listen on port 443, so the latter on `await lab.anotherAddress()`.
 */
export class NetworkLab {
  /** Public, on this machine's own network. */
  readonly address: string;
  readonly #internet: NetworkSpace;
  /** Of the cable to the internet, here. */
  readonly #device: string;
  /** The first three numbers of each of its addresses. */
  readonly #prefix: string;
  readonly #sites: Site[] = [];
  #siteCount = 0;
  #ownCount = 1;
  #hostCount = firstHost;
  #closed: Promise<void> | undefined;

  private constructor(internet: NetworkSpace, device: string, prefix: string) {
    this.#internet = internet;
    this.#device = device;
    this.#prefix = prefix;
    this.address = `${prefix}.1`;
  }

  static async open(): Promise<NetworkLab> {
    await using opened = new AsyncDisposableStack();
    const internet = opened.adopt(await NetworkSpace.open(), (space) => space.close());
    const device = `plenum${internet.pid}`;
    const ends = `${device} type veth peer name here netns ${internet.pid}`;
    await runCommand(['ip', 'link', 'add', ...ends.split(' ')]);
    await runCommand(['ip', 'link', 'set', device, 'up']);
    const prefix = await claimPrefix(device, internet.pid);
    await internet.ip(`
      address add ${prefix}.${gatewayHost}/28 dev here
      link set here up
    `);
    opened.move();
    return new NetworkLab(internet, device, prefix);
  }

  /** A further public one, here. */
  async anotherAddress(): Promise<string> {
    this.#ownCount += 1;
    if (this.#ownCount >= gatewayHost) throw new Error('the laboratory has no more addresses of its own');
    const address = `${this.#prefix}.${this.#ownCount}`;
    await runCommand(['ip', 'address', 'add', `${address}/28`, 'dev', this.#device]);
    return address;
  }

  async site(options: SiteOptions): Promise<Site> {
    this.#siteCount += 1;
    const place = {
      internet: this.#internet,
      number: this.#siteCount,
      nextAddress: () => this.#nextAddress(),
    };
    const site = await Site.open(options, place);
    this.#sites.push(site);
    return site;
  }

  /** Processes in it lose the network. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    // It would go with the internet, but only some time later.
    await runCommand(['ip', 'link', 'del', this.#device]);
    await Promise.all(this.#sites.map((site) => site.close()));
    await this.#internet.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #nextAddress(): string {
    if (this.#hostCount > lastHost) throw new Error('the laboratory has no more addresses');
    return `${this.#prefix}.${this.#hostCount++}`;
  }
}

/** Why there can be none here; undefined where there can. */
export async function whyNoNetworkLab(): Promise<string | undefined> {
  try {
    await runCommand(['unshare', '--net', 'sh', '-ec', attempts]);
    return undefined;
  } catch (error) {
    return complaintOf(error);
  }
}

/** nft says first what is wrong, and shows then where. */
function complaintOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error ? String(error.stderr).trim() : '';
  return (said === '' ? error.message : said).split('\n').at(0);
}

/** One of each kind that it takes; they go with the namespace. */
const attempts = `
  [ -c /dev/net/tun ] || { echo 'there is no /dev/net/tun' >&2; exit 1; }
  ip link add probe-a type veth peer name probe-b
  ip tuntap add dev probe mode tun
  nft -f - << END
    table ip probe {
      chain outgoing { type nat hook postrouting priority srcnat; oifname "wan" masquerade fully-random; }
    }
END
`;

/**
 * A part of the range for tests between networks (RFC 2544) that no other laboratory on this machine has: only one can add
 * the route.
 */
async function claimPrefix(device: string, start: number): Promise<string> {
  for (let attempt = 0; attempt < 256; attempt++) {
    const prefix = `198.18.${(start + attempt) % 256}`;
    await runCommand(['ip', 'address', 'add', `${prefix}.1/28`, 'dev', device]);
    if (await routeIsAdded(prefix)) return prefix;
    await runCommand(['ip', 'address', 'del', `${prefix}.1/28`, 'dev', device]);
  }
  throw new Error('all networks for tests are in use');
}

async function routeIsAdded(prefix: string): Promise<boolean> {
  try {
    await runCommand(['ip', 'route', 'add', `${prefix}.0/24`, 'via', `${prefix}.${gatewayHost}`]);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('File exists')) return false;
    throw error;
  }
}
