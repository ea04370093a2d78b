/** The flow of a process, from the statistics of its peer connections: as `flow-probe.ts` reads a page's. */
import type { Flow, Streams } from '../flow.ts';
import type { Screen } from './screen.ts';

export function createFlowReader(
  connections: readonly RTCPeerConnection[],
  screen: Screen,
): () => Promise<Flow> {
  return async () => {
    const open = connections.filter(({ connectionState }) => connectionState !== 'closed');
    const reports = await Promise.all(open.map((connection) => connection.getStats()));
    const stats = reports.flatMap((report, index) => [...report.values()].map((stat) => ({ index, stat })));
    /** Layers of one picture are one stream. */
    const streams = (type: string, kind: string, count: string): Streams => {
      const bytes: Record<string, number> = {};
      for (const { index, stat } of stats) {
        if (stat.type !== type || stat.kind !== kind) continue;
        const key = `${index} ${stat.mid}`;
        bytes[key] = (bytes[key] ?? 0) + Number(stat[count] ?? 0);
      }
      return bytes;
    };
    const ofKind = (kind: string) => ({
      sent: streams('outbound-rtp', kind, 'bytesSent'),
      received: streams('inbound-rtp', kind, 'bytesReceived'),
    });
    const total = (count: string) =>
      stats.reduce((sum, { stat }) => sum + (stat.type === 'transport' ? Number(stat[count] ?? 0) : 0), 0);
    return {
      at: performance.now(),
      pictures: ofKind('video'),
      sounds: ofKind('audio'),
      sentBytes: total('bytesSent'),
      receivedBytes: total('bytesReceived'),
      latencies: screen.takeLatencies(),
    };
  };
}
