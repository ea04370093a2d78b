/** The services that the node itself offers: address allocation, subscriptions, the domain registry. */
import {
  type Address,
  baseAddress,
  ConferenceError,
  isPublishAddress,
  type Request,
  type ResponseBody,
  randomWord,
  splitAddress,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { AddressTable } from './address-table.ts';
import type { DomainRegistry } from './domain-registry.ts';
import type { Session } from './session.ts';
import type { SubscriptionTable } from './subscription-table.ts';

export interface Tables {
  readonly addresses: AddressTable;
  readonly subscriptions: SubscriptionTable;
  readonly registry: DomainRegistry;
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
  for (const address of released) tables.subscriptions.removeResource(`${address}/changes` as Address);
  return { code: 200 };
}

/**
 * Who may have what is published at `…/changes` is the reporter's to say: it adds and removes observers.
 * `…/registration` is open to whoever knows the hyperty's address, for itself.
 */
export const routeSubscriptions: Service = (tables, session, message) => {
  if (message.type !== 'subscribe' && message.type !== 'unsubscribe') {
    throw new ConferenceError('unknown-method');
  }
  const { resources = [], subscriber = message.from } = message.body;
  const target = tables.addresses.ownerOf(subscriber);
  for (const resource of resources) authorise(tables, session, resource, target);
  if (message.type === 'subscribe' && target === undefined) throw new ConferenceError('address-not-found');
  if (target === undefined) return { code: 200 };
  for (const resource of resources) {
    if (message.type === 'subscribe') tables.subscriptions.add(resource, target, subscriber);
    else tables.subscriptions.remove(resource, target, subscriber);
  }
  return { code: 200 };
};

function authorise(
  tables: Tables,
  session: Session,
  resource: Address,
  subscriber: Session | undefined,
): void {
  if (!isPublishAddress(resource)) throw new ConferenceError('bad-request');
  const isReporter = tables.addresses.ownerOf(baseAddress(resource)) === session;
  const isOwnRegistrationWish = resource.endsWith('/registration') && subscriber === session;
  if (!isReporter && !isOwnRegistrationWish) throw new ConferenceError('not-authorized');
}

/** `create` registers a hyperty, `read` discovers, `delete` unregisters. */
export const keepRegistry: Service = (tables, session, message) => {
  switch (message.type) {
    case 'create':
      tables.registry.register(session, message.body.value);
      return { code: 200 };
    case 'read':
      return { code: 200, value: tables.registry.read(message.body.resource) };
    case 'delete':
      tables.registry.remove(message.from);
      return { code: 200 };
    default:
      throw new ConferenceError('unknown-method');
  }
};
