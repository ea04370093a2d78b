/** The relay of this server: whether there is one, where, and what participants are told of it. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { IssueIceServers } from '@plenum/conference';
import type { Clock, Logger } from '@plenum/hyperty';
import { ConferenceError } from '@plenum/protocol';
import type { Config } from '../config/schema.ts';
import type { MediaAddress } from '../network/listen-addresses.ts';
import { findFreePorts } from '../network/ports.ts';
import { isReachableFromElsewhere } from '../network/reachability.ts';
import { Coturn } from './coturn.ts';
import type { CoturnSettings } from './coturn-config.ts';
import { readExternalServers } from './external-servers.ts';
import { createIceServerDesk } from './ice-server-desk.ts';
import { ownAddresses } from './peer-rules.ts';
import { nameInCertificate, relayHosts, relayUrls } from './relay-urls.ts';

export interface Relay {
  readonly issueIceServers: IssueIceServers;
  /** Whether it runs; undefined where there is to be none. */
  isUp(): boolean | undefined;
  /** Where it listens, in words; undefined where there is to be none. */
  readonly description: string | undefined;
  /** What whoever starts the server should know. */
  readonly notice: string | undefined;
  /** May be called more than once. */
  close(): Promise<void>;
}

export interface RelayOptions {
  readonly config: Config;
  /** Where media is received, and the relay with it unless it is told otherwise. */
  readonly addresses: readonly MediaAddress[];
  /** The certificate of `tlsCert`. */
  readonly certificate: Buffer | undefined;
  readonly realm: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Resolves when the relay answers, or cannot yet: then it goes on being tried, and calls go on without it.
 * @throws ConferenceError `invalid-config` for a file of external servers that is not right.
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const { config, certificate, clock, logger } = options;
  const external = readExternalServers(config.iceServersFile);
  const now = () => Date.parse(clock.isoTime());
  if (!isRelayWanted(config)) {
    const issueIceServers = createIceServerDesk({ own: undefined, external, now });
    return { ...noRelay, issueIceServers };
  }
  const settings = await settingsOf(options);
  const { addresses, port, tls, secret } = settings;
  const hosts = relayHosts(addresses);
  const tlsHost =
    certificate === undefined
      ? undefined
      : nameInCertificate(new X509Certificate(certificate), config.publicUrl, hosts);
  const secure = tls === undefined || tlsHost === undefined ? undefined : { host: tlsHost, port: tls.port };
  const coturn = new Coturn({ settings, clock, logger });
  const own = {
    get isUp() {
      return coturn.isUp;
    },
    urls: relayUrls({ hosts, port, tls: secure }),
    secret,
  };
  await coturn.start();
  return {
    issueIceServers: createIceServerDesk({ own, external, now }),
    isUp: () => coturn.isUp,
    description: describe(settings),
    notice: noticeOf(coturn),
    close: () => coturn.close(),
  };
}

const noRelay = {
  isUp: () => undefined,
  description: undefined,
  notice: undefined,
  close: async () => undefined,
};

/** For this machine alone everything is within reach, and who names other servers has chosen those. */
export function isRelayWanted(config: Config): boolean {
  if (config.relay !== 'auto') return config.relay === 'on';
  return isReachableFromElsewhere(config) && config.iceServersFile === undefined;
}

async function settingsOf({ config, addresses, realm }: RelayOptions): Promise<CoturnSettings> {
  const { relayHost, tlsCert, tlsKey } = config;
  const own = relayHost === undefined ? addresses : [{ ip: relayHost }];
  const ips = own.map(({ ip }) => ip);
  const port = await anyPort(config.relayPort, ips);
  return {
    addresses: own,
    port,
    tls:
      tlsCert === undefined || tlsKey === undefined
        ? undefined
        : { port: await anyPort(config.relayTlsPort, ips), cert: resolve(tlsCert), key: resolve(tlsKey) },
    minPort: config.relayMinPort,
    maxPort: config.relayMaxPort,
    allowedPeers: [...ownAddresses(addresses), ...config.relayAllowedPeers],
    realm,
    secret: randomBytes(32).toString('hex'),
    // In the data folder, which is locked: nobody else's relay is in there.
    folder: join(resolve(config.data), 'relay'),
  };
}

/** @throws ConferenceError `invalid-config` where any port was asked for and none is free. */
async function anyPort(port: number, ips: readonly string[]): Promise<number> {
  if (port !== 0) return port;
  const free = await findFreePorts({ count: 1, ips });
  if (free !== undefined) return free;
  throw new ConferenceError('invalid-config', 'No free port was found for the relay; use --relay-port N.');
}

function describe({ port, tls }: CoturnSettings): string {
  return `UDP and TCP port ${port}${tls === undefined ? '' : `, TLS port ${tls.port}`}`;
}

function noticeOf({ problem }: Coturn): string | undefined {
  if (problem === undefined) return undefined;
  return (
    `The relay does not run: ${problem.reason}. Until it does, people behind strict firewalls may hear and see nobody ` +
    '(docs/relay.md).'
  );
}
