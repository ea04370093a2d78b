/** Which URLs descriptors and sources may come from. SPEC.md rule DE1. */
import { ConferenceError } from '@plenum/protocol';

/** The same on every platform. */
interface ParsedUrl {
  readonly protocol: string;
  readonly host: string;
  readonly pathname: string;
  readonly username: string;
  readonly password: string;
  readonly href: string;
}
declare const URL: {
  new (url: string, base?: string): ParsedUrl;
  canParse(url: string, base?: string): boolean;
};

/**
 * The URL in full, if it is below one of those allowed.
 * @throws ConferenceError `bad-request` for what is no URL, `descriptor-refused` for one that is not allowed.
 */
export function resolveAllowed(url: string, allowed: readonly string[], base?: string): string {
  if (!URL.canParse(url, base)) throw new ConferenceError('bad-request', 'That is no URL of a descriptor.');
  const parsed = new URL(url, base);
  if (!allowed.some((folder) => isBelow(parsed, new URL(folder)))) {
    throw new ConferenceError('descriptor-refused', 'Nothing may be loaded from there.', {
      details: { host: parsed.host },
    });
  }
  return parsed.href;
}

/** The parser has resolved `..` already, also where it was written `%2e%2e`. */
function isBelow(url: ParsedUrl, folder: ParsedUrl): boolean {
  const path = folder.pathname.endsWith('/') ? folder.pathname : `${folder.pathname}/`;
  return (
    url.protocol === folder.protocol &&
    url.host === folder.host &&
    url.username === '' &&
    url.password === '' &&
    url.pathname.startsWith(path) &&
    // Some servers read these as separators.
    !/%2f|%5c|\\/i.test(url.pathname)
  );
}
