/** The addresses people type: where this server is reached. */
import { formatHost, isLoopback, isWildcard } from './reachability.ts';

export interface ServedAt {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly basePath: string;
}

/** The link on this machine, with a slash at its end. A page from `localhost` may use the camera. */
export function localUrl({ host, port, isSecure, basePath }: ServedAt): string {
  const name = isLoopback(host) || isWildcard(host) ? 'localhost' : formatHost(host);
  const scheme = isSecure ? 'https' : 'http';
  const isSchemesOwn = port === (isSecure ? 443 : 80);
  return `${scheme}://${name}${isSchemesOwn ? '' : `:${port}`}${basePath}/`;
}

/** The domain of hyperty addresses, unless one was configured. */
export function defaultDomain(publicUrl: string | undefined): string {
  const name = publicUrl === undefined ? 'localhost' : new URL(publicUrl).hostname;
  return /^[a-z0-9.-]+$/.test(name) ? name : 'localhost';
}
