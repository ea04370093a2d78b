/** What of a connection the server is told, for its statistics: no addresses, no names. */
import { type ConnectionFailure, type ConnectionSummary, maxConnectionSummaries } from '@plenum/protocol';
import type { ConnectionReport } from './connection-report.ts';

/** Undefined where the browser does not say which way it goes, or enough was told. @param number Of this connection in the stay. */
export function summarize(report: ConnectionReport, number: number): ConnectionSummary | undefined {
  const { local, remote, protocol, family } = report.path ?? {};
  if (number > maxConnectionSummaries) return undefined;
  if (local === undefined || remote === undefined || protocol === undefined) return undefined;
  const stages = report.stages.flatMap(({ name, tookMs }) =>
    tookMs === undefined ? [] : [[name, Math.round(Math.min(tookMs, 600_000))] as const],
  );
  return {
    number,
    to: kindOfPeer(report),
    local,
    remote,
    protocol,
    ...(family === undefined ? {} : { family }),
    stages: Object.fromEntries(stages),
  };
}

/** Undefined where enough was told. @param number Of attempts that failed in the stay. */
export function summarizeFailure(report: ConnectionReport, number: number): ConnectionFailure | undefined {
  const { stage } = report;
  if (number > maxConnectionSummaries || stage === 'communicating') return undefined;
  return { number, to: kindOfPeer(report), stage };
}

function kindOfPeer({ peer }: ConnectionReport): ConnectionSummary['to'] {
  return peer === 'server' ? 'server' : 'participant';
}
