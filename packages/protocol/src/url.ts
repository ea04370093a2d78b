/**
 * Addresses of the reTHINK specification: `<scheme>://<domain>/<path>`. Everything that can send or be sent a
 * message has one; the template types keep the schemes apart without a cost at run time.
 */
import { ConferenceError } from './errors.ts';

export type HypertyUrl = `hyperty://${string}`;
export type RuntimeUrl = `runtime://${string}`;
export type ConnectionUrl = `connection://${string}`;
export type CommunicationUrl = `comm://${string}`;
export type ContextUrl = `context://${string}`;
export type UserUrl = `user://${string}`;
export type DomainUrl = `domain://${string}`;
export type DataObjectUrl = ConnectionUrl | CommunicationUrl | ContextUrl;
export type Address = HypertyUrl | RuntimeUrl | DataObjectUrl | UserUrl | DomainUrl;

/** Of addresses under which data objects are reported. */
export const dataObjectSchemes = ['connection', 'comm', 'context'] as const;
export const addressSchemes = ['hyperty', 'runtime', ...dataObjectSchemes, 'user', 'domain'] as const;
export type Scheme = (typeof addressSchemes)[number];

const schemes: ReadonlySet<string> = new Set(addressSchemes);

/** Longer addresses have no use and would only fill tables. */
export const maxAddressLength = 512;

const addressPattern = /^([a-z-]{1,32}):\/\/([A-Za-z0-9.-]{1,253})((?:\/[A-Za-z0-9._~%@+:,=#-]+)*)$/;

export interface AddressParts {
  readonly scheme: Scheme;
  readonly domain: string;
  /** Without the leading slash; empty for a bare domain. */
  readonly path: string;
}

/** Splits an address, or answers undefined where the text is none. `hyperty-runtime` is the old word for `runtime`. */
export function splitAddress(text: string): AddressParts | undefined {
  if (text.length > maxAddressLength) return undefined;
  const match = addressPattern.exec(text);
  if (match === null) return undefined;
  const [, written = '', domain = '', path = ''] = match;
  const scheme = written === 'hyperty-runtime' ? 'runtime' : written;
  return isScheme(scheme) ? { scheme, domain, path: path.slice(1) } : undefined;
}

/** Whether a data object may be reported there. */
export function isDataObjectUrl(text: string): text is DataObjectUrl {
  const scheme = splitAddress(text)?.scheme;
  return dataObjectSchemes.some((known) => known === scheme);
}

function isScheme(text: string): text is Scheme {
  return schemes.has(text);
}

/** @throws ConferenceError `bad-message` where the text is no address. */
export function parseAddress(text: string): Address {
  const parts = splitAddress(text);
  if (parts === undefined) throw new ConferenceError('bad-message', 'That is not an address.');
  return formatAddress(parts);
}

export function formatAddress({ scheme, domain, path }: AddressParts): Address {
  const rest = path === '' ? '' : `/${path}`;
  return `${scheme}://${domain}${rest}`;
}

/** The well-known addresses of a domain: its messaging node's services, its registry and its conference server. */
export const wellKnown = {
  session: (domain: string): DomainUrl => `domain://msg-node.${domain}/session`,
  addressAllocation: (domain: string): DomainUrl => `domain://msg-node.${domain}/address-allocation`,
  subscriptions: (domain: string): DomainUrl => `domain://msg-node.${domain}/sm`,
  registry: (domain: string): DomainUrl => `domain://registry.${domain}`,
  conference: (domain: string): HypertyUrl => `hyperty://${domain}/conference`,
  conferenceUser: (domain: string): UserUrl => `user://${domain}/conference`,
} as const;

const subAddress = /^(.+?)\/(?:subscription|changes|registration|children)(?:\/.*)?$/;

/** The object or hyperty that a sub-address such as `…/changes` belongs to; other addresses are their own. */
export function baseAddress(address: Address): Address {
  return (subAddress.exec(address)?.[1] ?? address) as Address;
}

/** The object that a sub-address is of: of `…/children/chat/changes` the child object. Other addresses are their own. */
export function objectOf(address: Address): Address {
  const match = /^(.+)\/(?:changes|subscription|registration)$/.exec(address);
  return (match?.[1] ?? address) as Address;
}

const childName = /^[a-z][a-z0-9-]{0,63}$/;

/** The child object of that name. @throws ConferenceError `bad-request` for what is no name. */
export function childOf(url: DataObjectUrl, name: string): DataObjectUrl {
  if (!childName.test(name)) throw new ConferenceError('bad-request', 'That is no name of a child object.');
  return `${url}/children/${name}`;
}

export function changesOf(url: DataObjectUrl): Address {
  return `${url}/changes`;
}

export function subscriptionOf(url: DataObjectUrl): Address {
  return `${url}/subscription`;
}

export function registrationOf(url: HypertyUrl): Address {
  return `${url}/registration`;
}

const ownSubAddress = /^(?:\/children\/[a-z][a-z0-9-]{0,63})?(?:\/subscription)?$/;

/** Whether who owns an address may send from this one behind it: a child object, or where one asks to observe. */
export function isSendingSubAddress(address: Address): boolean {
  return ownSubAddress.test(address.slice(baseAddress(address).length));
}

/** Whether messages to this address are delivered to subscribers rather than to its owner. */
export function isPublishAddress(address: Address): boolean {
  return address.endsWith('/changes') || address.endsWith('/registration');
}
