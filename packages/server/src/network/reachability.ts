/** Who can reach the server, and whether their browsers will give it a camera. */
import { isIP } from 'node:net';
import { createSubnetTest } from './subnets.ts';

const isLoopbackAddress = createSubnetTest(['127.0.0.0/8', '::1']);

/** Whether only this machine gets to that host. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare.endsWith('.localhost') || isLoopbackAddress(bare);
}

/** Whether the host stands for every address of the machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** A host as it stands in a URL. */
export function formatHost(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

export interface Exposure {
  readonly host: string;
  readonly publicUrl?: string | undefined;
  readonly tlsCert?: string | undefined;
  readonly announcedAddress: readonly string[];
}

/** Whether media has to be reachable from other machines: also behind a proxy here that is. */
export function isReachableFromElsewhere({ host, publicUrl, announcedAddress }: Exposure): boolean {
  const isPublic = publicUrl !== undefined && !isLoopback(new URL(publicUrl).hostname);
  return !isLoopback(host) || isPublic || announcedAddress.length > 0;
}

/** Why browsers elsewhere will refuse camera and microphone, and what to do; undefined where they will not. */
export function insecurityNotice({ host, publicUrl, tlsCert }: Exposure): string | undefined {
  if (tlsCert !== undefined || isLoopback(host) || publicUrl?.startsWith('https:') === true) return undefined;
  return (
    'Browsers give camera and microphone only to pages over HTTPS or from localhost, so people on other machines ' +
    'will be refused theirs. Use --tls-cert and --tls-key, or a proxy with HTTPS and --public-url ' +
    '(docs/reverse-proxy.md).'
  );
}
