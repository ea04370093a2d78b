import type { ConnectionSummary } from '@plenum/protocol';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createConnectionMetrics } from './connection-metrics.ts';

const direct: ConnectionSummary = {
  number: 1,
  to: 'server',
  local: 'host',
  remote: 'host',
  protocol: 'udp',
  family: 'IPv4',
  stages: { signalling: 40, connecting: 12, securing: 25, communicating: 300 },
};

async function counted(...summaries: readonly ConnectionSummary[]): Promise<string> {
  const registry = new Registry();
  const metrics = createConnectionMetrics(registry);
  for (const summary of summaries) metrics.count(summary);
  return registry.metrics();
}

test('connections are counted by their paths, and those that go over a relay can be told', async () => {
  const text = await counted(
    direct,
    direct,
    { ...direct, local: 'relay', protocol: 'tls' },
    { ...direct, to: 'participant', local: 'srflx', remote: 'relay', family: undefined },
  );
  const line = (labels: string, count: number) => `plenum_connection_paths_total{${labels}} ${count}`;
  expect(text).toContain(
    line('to="server",local="host",remote="host",protocol="udp",family="IPv4",relayed="no"', 2),
  );
  expect(text).toContain(
    line('to="server",local="relay",remote="host",protocol="tls",family="IPv4",relayed="yes"', 1),
  );
  expect(text).toContain(
    line('to="participant",local="srflx",remote="relay",protocol="udp",family="unknown",relayed="yes"', 1),
  );
});

test('attempts that failed are counted by the stage in which they did', async () => {
  const registry = new Registry();
  const { countFailure } = createConnectionMetrics(registry);
  for (const number of [1, 2]) countFailure({ number, to: 'server', stage: 'connecting' });
  countFailure({ number: 1, to: 'participant', stage: 'securing' });
  const text = await registry.metrics();
  expect(text).toContain('plenum_connection_failures_total{to="server",stage="connecting"} 2');
  expect(text).toContain('plenum_connection_failures_total{to="participant",stage="securing"} 1');
});

test('stages are counted in seconds, those that are known', async () => {
  const text = await counted(direct, { ...direct, stages: { connecting: 12_000 } });
  expect(text).toContain('plenum_connection_stage_seconds_bucket{le="0.025",stage="connecting"} 1');
  expect(text).toContain('plenum_connection_stage_seconds_sum{stage="connecting"} 12.012');
  expect(text).toContain('plenum_connection_stage_seconds_count{stage="communicating"} 1');
});
