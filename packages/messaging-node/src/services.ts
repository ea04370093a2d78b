/** The services that the node itself offers: address allocation, subscriptions, the domain registry. */
import {
  type Address,
  baseAddress,
  ConferenceError,
  isSendingSubAddress,
  type Message,
  objectOf,
  type Request,
  type ResponseBody,
  randomWord,
  splitAddress,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { AddressTable } from './address-table.ts';
import type { DomainRegistry, StatusChange } from './domain-registry.ts';
import type { Session } from './session.ts';
import type { SubscriptionTable } from './subscription-table.ts';

export interface Tables {
  readonly addresses: AddressTable;
  readonly subscriptions: SubscriptionTable;
  readonly registry: DomainRegistry;
  /** Delivers to whoever subscribed to where the message goes. */
  readonly publish: (message: Message) => void;
}

export type Service = (tables: Tables, session: Session, message: Request) => ResponseBody;

const address = v.pipe(
  v.string(),
  v.check((text) => splitAddress(text) !== undefined),
  v.transform((text) => text as Address),
);
const claimSchema = v.union([
  v.object({ addresses: v.pipe(v.array(address), v.minLength(1), v.maxLength(64)) }),
  v.object({ number: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(64)) }),
]);

/** `create` claims the addresses proposed, or allocates `number` of them; `delete` gives them back. */
export const allocateAddresses: Service = (tables, session, message) => {
  if (message.type === 'delete') {
    return releaseAddresses(tables, session, message.body.childrenResources ?? []);
  }
  if (message.type !== 'create') throw new ConferenceError('unknown-method');
  const claim = v.safeParse(claimSchema, message.body.value);
  if (!claim.success) throw new ConferenceError('bad-request');
  const allocated =
    'addresses' in claim.output
      ? claim.output.addresses
      : makeAddresses(session, message, claim.output.number);
  tables.addresses.claim(session, allocated);
  return { code: 200, value: { allocated } };
};

function makeAddresses(session: Session, { from, body }: Request, number: number): readonly Address[] {
  const scheme = 'scheme' in body ? body.scheme : undefined;
  const domain = splitAddress(from)?.domain ?? '';
  const made = Array.from({ length: number }, () => `${scheme}://${domain}/${session.id}/${randomWord(10)}`);
  if (!made.every((text) => splitAddress(text) !== undefined)) throw new ConferenceError('bad-request');
  return made as Address[];
}

function releaseAddresses(tables: Tables, session: Session, released: readonly Address[]): ResponseBody {
  for (const address of released) {
    if (!session.addresses.has(address)) throw new ConferenceError('not-authorized');
  }
  tables.addresses.release(session, released);
  for (const address of released) forgetAddress(tables, address);
  return { code: 200 };
}

/** Nothing is left of what hung on an address that is gone; whoever observed or watched there is told. */
export function forgetAddress(tables: Tables, address: Address): void {
  endRegistration(tables, address);
  const { code, message, retryable } = new ConferenceError('disconnected');
  const body = { description: message, error: { code, retryable } };
  for (const resource of tables.subscriptions.resourcesOf(address)) {
    const from = objectOf(resource);
    if (resource.endsWith('/changes')) tables.publish({ id: 0, type: 'delete', from, to: resource, body });
    tables.subscriptions.removeResource(resource);
  }
}

function endRegistration(tables: Tables, url: Address): void {
  if (tables.registry.remove(url)) announceStatus(tables, { url, status: 'disconnected' });
}

function announceStatus({ publish }: Tables, { url, status }: StatusChange): void {
  const from = wellKnown.registry(splitAddress(url)?.domain ?? '');
  const body = { attribute: 'status', value: status };
  publish({ id: 0, type: 'update', from, to: `${url}/registration` as Address, body });
}

/**
 * Who may have what is published at `…/changes` is the reporter's to say: it adds and removes observers. The domain's
 * own hyperties may observe by themselves. `…/registration` is open to whoever knows the hyperty's address, for itself.
 */
export const routeSubscriptions: Service = (tables, session, message) => {
  if (message.type !== 'subscribe' && message.type !== 'unsubscribe') {
    throw new ConferenceError('unknown-method');
  }
  const { resources = [], subscriber = message.from } = message.body;
  const target = tables.addresses.ownerOf(subscriber);
  for (const resource of resources) authorise(tables, session, resource, target);
  // Only whole addresses: of those made up behind one there would be no end.
  const isThere = target?.addresses.has(subscriber) === true;
  if (message.type === 'subscribe' && !isThere) throw new ConferenceError('address-not-found');
  if (target === undefined) return { code: 200 };
  for (const resource of resources) {
    const subscription = { resource, session: target, subscriber };
    if (message.type === 'subscribe') tables.subscriptions.add(subscription, session);
    else tables.subscriptions.remove(subscription, session);
  }
  return { code: 200 };
};

function authorise(
  tables: Tables,
  session: Session,
  resource: Address,
  subscriber: Session | undefined,
): void {
  const isRegistration = resource === `${baseAddress(resource)}/registration`;
  const isChanges = resource.endsWith('/changes') && isSendingSubAddress(objectOf(resource));
  if (!isRegistration && !isChanges) throw new ConferenceError('bad-request');
  const owner = tables.addresses.ownerOf(resource);
  const isOwnWish = subscriber === session && (session.isTrusted || resource.endsWith('/registration'));
  if (owner !== session && !isOwnWish) throw new ConferenceError('not-authorized');
  if (owner === undefined && resource.endsWith('/changes')) throw new ConferenceError('object-not-found');
}

/** The registry's own answers; who watches what became live or disconnected is told. */
export const keepRegistry: Service = (tables, session, message) => {
  try {
    return tables.registry.handle(session, message);
  } finally {
    announceChanges(tables);
  }
};

/** Tells who watches them of registrations that became live or disconnected. */
export function announceChanges(tables: Tables): void {
  for (const change of tables.registry.takeChanges()) announceStatus(tables, change);
}
