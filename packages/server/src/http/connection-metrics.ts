/** What clients tell of their connections for media, counted: which way they go, how long each stage took, and in which they failed. */
import { type ConnectionFailure, type ConnectionSummary, connectionStages } from '@plenum/protocol';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Seconds: from a hop to the next room to where people have given up. */
const buckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 12];

export interface ConnectionMetrics {
  count(summary: ConnectionSummary): void;
  countFailure(failure: ConnectionFailure): void;
}

/** Labels are words of the protocol only, so that no client makes more of them. */
export function createConnectionMetrics(registry: Registry): ConnectionMetrics {
  const paths = new Counter({
    name: 'plenum_connection_paths_total',
    help: 'Connections for media that came about, by the path that was chosen, as clients tell; one between two participants counts for each of them',
    labelNames: ['to', 'local', 'remote', 'protocol', 'family', 'relayed'],
    registers: [registry],
  });
  const stages = new Histogram({
    name: 'plenum_connection_stage_seconds',
    help: 'How long each stage of a connection took, as clients tell',
    labelNames: ['stage'],
    buckets,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'plenum_connection_failures_total',
    help: 'Attempts at a connection for media that failed, by the stage in which they did, as clients tell; one between two participants counts for each of them',
    labelNames: ['to', 'stage'],
    registers: [registry],
  });
  return {
    countFailure: ({ to, stage }) => failures.inc({ to, stage }),
    count: ({ to, local, remote, protocol, family = 'unknown', stages: tookMs }) => {
      const relayed = local === 'relay' || remote === 'relay' ? 'yes' : 'no';
      paths.inc({ to, local, remote, protocol, family, relayed });
      for (const stage of connectionStages) {
        const ms = tookMs[stage];
        if (ms !== undefined) stages.observe({ stage }, ms / 1000);
      }
    },
  };
}
