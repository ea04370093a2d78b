/** Why a connection could not be made, in a sentence that a person may read. */
import { ConferenceError, type ConnectionStage } from '@plenum/protocol';
import type { ConnectionReport } from './connection-report.ts';
import type { AddressCounts, ConnectionTries } from './tries.ts';

const failures: Readonly<Record<ConnectionStage, string>> = {
  signalling: 'Signalling failed: the other side did not answer.',
  connecting: 'Connecting failed: no way through the network was found.',
  securing: 'Securing failed: the other side was reached, but no keys could be agreed on.',
  communicating: 'Communicating failed: the connection was lost.',
};

/** @returns `media-failed`, with the facts as its details. */
export function toConnectionError(report: ConnectionReport): ConferenceError {
  const { stage, tried } = report;
  const details = { stage, stages: timesOf(report), ...(tried === undefined ? {} : { tried }) };
  return new ConferenceError('media-failed', failureWords(report), { details });
}

/** Such as *Connecting failed: no way through the network was found. Tried: 2 local addresses, no relay.* */
export function failureWords({ stage, tried }: Pick<ConnectionReport, 'stage' | 'tried'>): string {
  const tries = tried === undefined || stage === 'signalling' ? [] : [triesInWords(tried)];
  return [failures[stage], ...tries].join(' ');
}

function triesInWords({ local, remote, checksSent, checksAnswered }: ConnectionTries): string {
  const own = `Tried: ${counted(local.host, 'local address', 'local addresses')}, ${reflexive(local)}, ${relays(local)}`;
  const others = total(remote);
  const towards = `towards ${counted(others, 'address', 'addresses')} of the other side`;
  const checks =
    checksSent === undefined
      ? ''
      : `; ${counted(checksSent, 'check', 'checks')} sent, ${checksAnswered ? checksAnswered : 'none'} answered`;
  return `${own}, ${towards}${checks}.`;
}

/** Peer-reflexive ones are server-reflexive as the other side sees them. */
function reflexive({ srflx, prflx }: AddressCounts): string {
  return `${srflx + prflx === 0 ? 'no' : srflx + prflx} server-reflexive`;
}

function relays({ relay }: AddressCounts): string {
  return counted(relay, 'relay', 'relays');
}

function total({ host, srflx, prflx, relay }: AddressCounts): number {
  return host + srflx + prflx + relay;
}

function counted(count: number, one: string, many: string): string {
  if (count === 0) return `no ${one}`;
  return `${count} ${count === 1 ? one : many}`;
}

function timesOf({ stages }: ConnectionReport): Readonly<Record<string, number>> {
  return Object.fromEntries(
    stages.flatMap(({ name, tookMs }) => (tookMs === undefined ? [] : [[name, Math.round(tookMs)]])),
  );
}
