/** Follows one connection from its begin: its stages by what happens, its path by looking at the statistics. */
import type { Clock } from '@plenum/hyperty';
import type { Signal } from '../conference-client-types.ts';
import { createSignal } from '../signal.ts';
import {
  type ConnectionPeer,
  type ConnectionReport,
  type LookResult,
  reportConnection,
} from './connection-report.ts';
import { describePath } from './path.ts';
import {
  type CarriedPictures,
  countStreams,
  describePictures,
  noPictures,
  nothingCarried,
  type StreamCount,
} from './pictures.ts';
import { beginStages, type StageFact, transition } from './stages.ts';
import type { Stats } from './stats.ts';
import { countTraffic, measureTraffic, type TrafficCount } from './traffic.ts';
import { countTries } from './tries.ts';

export interface ConnectionWatchOptions {
  readonly peer: ConnectionPeer;
  readonly clock: Clock;
  /** Undefined as long as there is nothing to look at. */
  readonly getStats: () => Promise<Stats> | undefined;
}

/** Begins with the stage of signalling. Holds nothing that would have to be closed. */
export class ConnectionWatch {
  readonly peer: ConnectionPeer;
  readonly report: Signal<ConnectionReport>;
  readonly #options: ConnectionWatchOptions;
  readonly #report;
  #progress;
  #look: LookResult = {
    path: undefined,
    tried: undefined,
    traffic: undefined,
    pictures: noPictures,
  };
  #counted: (TrafficCount & StreamCount) | undefined;
  #looking: Promise<void> | undefined;
  #isGivenUp = false;

  constructor(options: ConnectionWatchOptions) {
    const { peer, clock } = options;
    this.#options = options;
    this.peer = peer;
    this.#progress = beginStages(clock.now());
    this.#report = createSignal(reportConnection(peer, this.#progress, this.#look));
    this.report = this.#report;
  }

  /** To be handed out as it is. */
  readonly handleFact = (fact: StageFact): void => {
    const before = this.#progress;
    this.#progress = transition(before, fact, this.#options.clock.now());
    if (this.#progress !== before) this.#tell();
  };

  /**
   * Looks at the statistics; who asks while somebody looks gets the same. Never rejects.
   * @param carried The pictures that are to come and go by it.
   */
  look(carried: CarriedPictures = nothingCarried): Promise<void> {
    // Its peer connection is closed soon, and a closed one says that nothing was tried.
    if (this.#isGivenUp) return Promise.resolve();
    this.#looking ??= this.#lookNow(carried).finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookNow(carried: CarriedPictures): Promise<void> {
    // A connection that was closed meanwhile has no statistics; what was seen before stays.
    const stats = await this.#options.getStats()?.catch(() => undefined);
    if (stats === undefined || stats.size === 0) return;
    const now = this.#options.clock.now();
    const before = this.#counted;
    const count = { ...countTraffic(stats, now), ...countStreams(stats, now) };
    this.#counted = count;
    this.#look = {
      path: describePath(stats),
      tried: countTries(stats),
      traffic: before === undefined ? undefined : measureTraffic(before, count),
      pictures: describePictures(carried, stats, before, count),
    };
    this.#tell();
  }

  /** Nobody waits for it any longer: where it has not come about, it has failed. Resolves when it is known what was tried. */
  async giveUp(): Promise<ConnectionReport> {
    await this.look();
    this.#isGivenUp = true;
    this.handleFact('failed');
    return this.#report.current;
  }

  #tell(): void {
    this.#report.set(reportConnection(this.peer, this.#progress, this.#look));
  }
}
