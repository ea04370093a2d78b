/** What a participant sends and receives, and how old the pictures are that it shows: as it counts it, and between two counts. */

/** Bytes of each stream so far, by connection and m-line: once for all layers of a picture. */
export type Streams = Readonly<Record<string, number>>;

export interface Flow {
  /** Milliseconds on a clock of its own. */
  readonly at: number;
  readonly pictures: { readonly sent: Streams; readonly received: Streams };
  readonly sounds: { readonly sent: Streams; readonly received: Streams };
  /** Of all connections, with everything. */
  readonly sentBytes: number;
  readonly receivedBytes: number;
  /** Milliseconds from the camera to the screen, of the frames of all pictures since the last count. */
  readonly latencies: readonly number[];
}

/** What can be asked: a page, or a process. */
export interface FlowSource {
  /** Whose latencies it tells, it forgets. */
  readFlow(): Promise<Flow>;
}

/** Between two counts. */
export interface Passage {
  /** Pictures that are sent, and that arrive. */
  readonly up: number;
  readonly down: number;
  readonly soundsUp: number;
  readonly soundsDown: number;
  readonly upKbps: number;
  readonly downKbps: number;
}

export function passageOf(before: Flow, after: Flow): Passage {
  const kbps = (bytes: number) => (8 * bytes) / (after.at - before.at);
  return {
    up: growing(before.pictures.sent, after.pictures.sent),
    down: growing(before.pictures.received, after.pictures.received),
    soundsUp: growing(before.sounds.sent, after.sounds.sent),
    soundsDown: growing(before.sounds.received, after.sounds.received),
    upKbps: kbps(after.sentBytes - before.sentBytes),
    downKbps: kbps(after.receivedBytes - before.receivedBytes),
  };
}

function growing(before: Streams, after: Streams): number {
  return Object.entries(after).filter(([id, bytes]) => bytes > (before[id] ?? 0)).length;
}
