/** Which pages may open a WebSocket, or offer a link: ours, and those the configuration names. */

export interface OriginPolicy {
  readonly publicUrl?: string | undefined;
  readonly allowedOrigins: readonly string[];
}

/**
 * A browser always names the page's origin and a page cannot change it (RFC 6455 section 10.2); a client without one
 * is no browser, and the check is not about those. `host` is what the client believes to talk to.
 */
export function isOriginAllowed(
  origin: string | undefined,
  host: string | undefined,
  { publicUrl, allowedOrigins }: OriginPolicy,
): boolean {
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  if (url === null || url.origin !== origin) return false;
  return (
    allowedOrigins.includes(origin) ||
    (publicUrl !== undefined && new URL(publicUrl).origin === origin) ||
    (host !== undefined && url.host === normalizeHost(host, url.protocol))
  );
}

/** Without the port where it is the scheme's own, as an origin has it. */
function normalizeHost(host: string, protocol: string): string | undefined {
  return URL.parse(`${protocol}//${host}`)?.host;
}
