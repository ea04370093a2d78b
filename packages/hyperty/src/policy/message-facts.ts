/** What policies may ask of a message itself. */
import { type Address, isPublishAddress, type Message, type Scheme, wellKnown } from '@plenum/protocol';
import type { AddressPart, AttributeProvider, PolicyRequest, ServiceName } from './policy.ts';

/** Describes messages for the policies of a domain. */
export function createDescriber(domain: string): (message: Message) => PolicyRequest {
  const services: ReadonlyMap<Address, ServiceName> = new Map<Address, ServiceName>([
    [wellKnown.session(domain), 'session'],
    [wellKnown.addressAllocation(domain), 'address-allocation'],
    [wellKnown.subscriptions(domain), 'subscriptions'],
    [wellKnown.registry(domain), 'registry'],
    [wellKnown.conference(domain), 'conference'],
  ]);
  return (message) => ({
    type: message.type,
    scheme: schemeOf(message.to),
    service: services.get(message.to),
    part: partOf(message.to),
    method: message.type === 'execute' ? message.body.method : undefined,
  });
}

/** An address has been parsed: what stands before the colon is a scheme. */
function schemeOf(address: Address): Scheme {
  return address.slice(0, address.indexOf(':')) as Scheme;
}

function partOf(address: Address): AddressPart {
  if (isPublishAddress(address)) return address.endsWith('/changes') ? 'changes' : 'registration';
  return address.endsWith('/subscription') ? 'subscription' : 'itself';
}

/**
 * The attributes `source` (whom it is from), `domain` (the source's), `to`, `resource` and `isPublisher` (it goes from an
 * object to its own `…/changes`); the rest is asked of `others`.
 */
export function messageAttributes({ from, to, body }: Message, others: AttributeProvider): AttributeProvider {
  return (name) => {
    switch (name) {
      case 'source':
        return from;
      case 'domain':
        return from.slice(from.indexOf('://') + 3).split('/', 1)[0];
      case 'to':
        return to;
      case 'resource':
        return body.resource;
      case 'isPublisher':
        return to === `${from}/changes`;
      default:
        return others(name);
    }
  };
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

/** The attributes `date` (`2026-01-05`), `time` (`10:30`) and `weekday` (`monday`), all in UTC; undefined for other names. */
export function timeAttribute(name: string, isoTime: string): string | undefined {
  switch (name) {
    case 'date':
      return isoTime.slice(0, 10);
    case 'time':
      return isoTime.slice(11, 16);
    case 'weekday':
      return weekdays[new Date(isoTime).getUTCDay()];
    default:
      return undefined;
  }
}
