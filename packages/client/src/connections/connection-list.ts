/** All connections of a room: looked at while somebody subscribes, and told of once when each has come about or failed. */
import type { Clock } from '@plenum/hyperty';
import type { Signal } from '../conference-client-types.ts';
import { createSignal } from '../signal.ts';
import type { ConnectionPeer, ConnectionReport } from './connection-report.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import type { CarriedPictures } from './pictures.ts';

export interface ConnectionListOptions {
  readonly clock: Clock;
  /** Those that there are now. */
  readonly connections: () => readonly ConnectionWatch[];
  /** The pictures that are to come and go by one of them. */
  readonly carriedBy: (peer: ConnectionPeer) => CarriedPictures;
  /** Each one once, when its path is known and media has come, or has had time to. */
  readonly onEstablished: (report: ConnectionReport) => void;
  /** Each one once that did not come about. */
  readonly onFailed: (report: ConnectionReport) => void;
}

/** Statistics of a connection with many m-lines cost a browser some milliseconds. */
const lookEveryMs = 2_000;
/** Not while the first picture is being made ready, which everybody waits for. */
const afterMediaMs = 1_000;
/** Who is alone in a room receives nothing, and has a connection all the same. */
const withoutMediaMs = 5_000;

export class ConnectionList {
  /** Looks at the statistics every two seconds while there is a subscriber. */
  readonly reports: Signal<readonly ConnectionReport[]>;
  readonly #options: ConnectionListOptions;
  readonly #reports = createSignal<readonly ConnectionReport[]>([]);
  /** What ends the following of each. */
  readonly #followed = new Map<ConnectionWatch, () => void>();
  #subscribers = 0;
  #stopLooking: () => void = () => undefined;
  #isClosed = false;

  constructor(options: ConnectionListOptions) {
    this.#options = options;
    const reports = this.#reports;
    this.reports = {
      get current() {
        return reports.current;
      },
      subscribe: (listener) => this.#subscribe(listener),
    };
  }

  #subscribe(listener: (reports: readonly ConnectionReport[]) => void): () => void {
    const stop = this.#reports.subscribe(listener);
    this.#subscribers += 1;
    if (this.#subscribers === 1) this.#look();
    let isOver = false;
    return () => {
      stop();
      if (isOver) return;
      isOver = true;
      this.#subscribers -= 1;
      if (this.#subscribers === 0) this.#stopLooking();
    };
  }

  #look(): void {
    if (this.#isClosed) return;
    for (const connection of this.#options.connections()) void this.#lookAt(connection);
    this.#stopLooking = this.#options.clock.after(lookEveryMs, () => this.#look());
  }

  #lookAt(connection: ConnectionWatch): Promise<void> {
    return connection.look(this.#options.carriedBy(connection.peer));
  }

  /** There may be others now. */
  refresh(): void {
    if (this.#isClosed) return;
    const present = new Set(this.#options.connections());
    for (const [connection, stop] of [...this.#followed]) {
      if (present.has(connection)) continue;
      stop();
      this.#followed.delete(connection);
    }
    for (const connection of present) {
      if (!this.#followed.has(connection)) this.#followed.set(connection, this.#follow(connection));
    }
    this.#tell();
  }

  #follow(connection: ConnectionWatch): () => void {
    let isMediaThere = false;
    let isTold = false;
    let stopWaiting: (() => void) | undefined;
    const establish = async () => {
      isTold = true;
      await this.#lookAt(connection);
      if (this.#followed.has(connection)) this.#options.onEstablished(connection.report.current);
    };
    const waitFor = (ms: number) => {
      stopWaiting?.();
      stopWaiting = this.#options.clock.after(ms, () => void establish());
    };
    const check = (report: ConnectionReport) => {
      const { state, stages } = report;
      if (isMediaThere || isTold) return;
      if (state === 'failed') {
        isTold = true;
        this.#options.onFailed(report);
      }
      if (state !== 'connected') return;
      isMediaThere = stages.at(-1)?.state === 'done';
      if (isMediaThere) waitFor(afterMediaMs);
      else if (stopWaiting === undefined) waitFor(withoutMediaMs);
    };
    const stop = connection.report.subscribe((report) => {
      check(report);
      this.#tell();
    });
    check(connection.report.current);
    return () => {
      stop();
      stopWaiting?.();
    };
  }

  #tell(): void {
    const reports = [...this.#followed.keys()].map(({ report }) => report.current);
    const before = this.#reports.current;
    const isSame = reports.length === before.length && reports.every((one, index) => one === before[index]);
    if (!isSame) this.#reports.set(reports);
  }

  /** What was seen last stays. May be called more than once. */
  close(): void {
    this.#isClosed = true;
    this.#stopLooking();
    for (const stop of this.#followed.values()) stop();
    this.#followed.clear();
  }
}
