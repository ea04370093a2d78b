/** The gauges of `/metrics` that count what calls make. */

export interface ServerCounts {
  readonly rooms: number;
  readonly participants: number;
  readonly sessions: number;
  readonly connectionObjects: number;
  readonly commObjects: number;
  readonly routers: number;
  readonly transports: number;
  readonly producers: number;
  readonly consumers: number;
  /** Of all broadcasts. */
  readonly viewers: number;
}

/** A server that nobody visits. */
export const nothing: ServerCounts = {
  rooms: 0,
  participants: 0,
  sessions: 0,
  connectionObjects: 0,
  commObjects: 0,
  routers: 0,
  transports: 0,
  producers: 0,
  consumers: 0,
  viewers: 0,
};

const gauges: Readonly<Record<keyof ServerCounts, string>> = {
  rooms: 'plenum_rooms',
  participants: 'plenum_participants',
  sessions: 'plenum_sessions',
  connectionObjects: 'plenum_data_objects{scheme="connection"}',
  commObjects: 'plenum_data_objects{scheme="comm"}',
  routers: 'plenum_routers',
  transports: 'plenum_transports',
  producers: 'plenum_producers',
  consumers: 'plenum_consumers',
  viewers: 'plenum_broadcast_viewers',
};

/** Prometheus text: one `name value` in a line. A gauge that is missing is not a number, which equals no expectation. */
export function parseMetrics(text: string): ServerCounts {
  const values = new Map(
    text
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ');
        return [line.slice(0, space), Number(line.slice(space + 1))] as const;
      }),
  );
  const read = (key: keyof ServerCounts) => values.get(gauges[key]) ?? Number.NaN;
  return {
    rooms: read('rooms'),
    participants: read('participants'),
    sessions: read('sessions'),
    connectionObjects: read('connectionObjects'),
    commObjects: read('commObjects'),
    routers: read('routers'),
    transports: read('transports'),
    producers: read('producers'),
    consumers: read('consumers'),
    viewers: read('viewers'),
  };
}
