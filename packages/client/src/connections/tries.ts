/** What ICE has to try a way through the network with, and what came of it. */
import { type CandidateType, candidateTypes, transportProtocols } from '@plenum/protocol';
import { typeOf } from './path.ts';
import { type Stat, type Stats, statsOf, sumOf, textIn } from './stats.ts';

/** How many addresses there are of each kind. */
export type AddressCounts = Readonly<Record<CandidateType, number>>;

export interface ConnectionTries {
  readonly local: AddressCounts;
  readonly remote: AddressCounts;
  /** Undefined where the browser does not count them. */
  readonly checksSent: number | undefined;
  readonly checksAnswered: number | undefined;
}

export function countTries(stats: Stats): ConnectionTries {
  const pairs = statsOf(stats, 'candidate-pair');
  return {
    local: countAddresses(statsOf(stats, 'local-candidate')),
    remote: countAddresses(statsOf(stats, 'remote-candidate')),
    checksSent: sumOf(pairs, 'requestsSent'),
    checksAnswered: sumOf(pairs, 'responsesReceived'),
  };
}

function countAddresses(candidates: readonly Stat[]): AddressCounts {
  const count = (type: CandidateType) => countDistinct(candidates.filter((one) => typeOf(one) === type));
  const [host, srflx, prflx, relay] = candidateTypes.map(count);
  return { host: host ?? 0, srflx: srflx ?? 0, prflx: prflx ?? 0, relay: relay ?? 0 };
}

/** One address is one way to be reached, by UDP and TCP together: of those that are kept from the page, too. */
function countDistinct(candidates: readonly Stat[]): number {
  const known = new Set(candidates.flatMap((one) => textIn(one, 'address') ?? []));
  const hidden = candidates.filter((one) => textIn(one, 'address') === undefined);
  const hiddenBy = (protocol: string) => hidden.filter((one) => textIn(one, 'protocol') === protocol).length;
  return known.size + Math.max(...transportProtocols.map(hiddenBy));
}
