/** STUN and TURN servers as `Link` headers (RFC 9725 section 4.6, RFC 8288). */
import type { IceServer } from '@plenum/protocol';

/** The header's value; undefined where there are none. */
export function iceLinks(servers: readonly IceServer[]): string | undefined {
  const links = servers.flatMap(({ urls, username, credential }) =>
    urls.map((url) => [`<${url}>; rel="ice-server"`, ...credentials(username, credential)].join('; ')),
  );
  return links.length === 0 ? undefined : links.join(', ');
}

function credentials(username: string | undefined, credential: string | undefined): readonly string[] {
  if (username === undefined || credential === undefined) return [];
  return [`username=${quoted(username)}`, `credential=${quoted(credential)}`, 'credential-type="password"'];
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, (letter) => `\\${letter}`)}"`;
}
