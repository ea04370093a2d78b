/** What of a router is only there to carry media to another router: it is no link, and nobody publishes or sees by it. */
import type { Router } from 'mediasoup/types';
import type { MediaServerDump } from '../media-server.ts';

/** What a router holds of its own, as the worker counts it. */
export type RouterDump = Pick<MediaServerDump, 'transports' | 'producers' | 'consumers'>;

export const noRouterDump: RouterDump = { transports: 0, producers: 0, consumers: 0 };

export function addDumps(a: RouterDump, b: RouterDump): RouterDump {
  return {
    transports: a.transports + b.transports,
    producers: a.producers + b.producers,
    consumers: a.consumers + b.consumers,
  };
}

export class PipeWatch {
  readonly #router: Router;
  /** Ids of transports, and of what they carry. */
  readonly #ids = new Set<string>();

  constructor(router: Router) {
    this.#router = router;
    router.observer.on('newtransport', (transport) => {
      if (transport.type !== 'pipe') return;
      this.#note(transport);
      transport.observer.on('newproducer', (producer) => this.#note(producer));
      transport.observer.on('newconsumer', (consumer) => this.#note(consumer));
    });
  }

  #note({
    id,
    observer,
  }: {
    id: string;
    observer: { once(event: 'close', listener: () => void): unknown };
  }): void {
    this.#ids.add(id);
    observer.once('close', () => this.#ids.delete(id));
  }

  /** @throws what mediasoup throws, where the router has gone. */
  async dump(): Promise<RouterDump & { readonly transportIds: readonly string[] }> {
    const dump = await this.#router.dump();
    const isOwn = (id: string) => !this.#ids.has(id);
    const transportIds = dump.transportIds.filter(isOwn);
    return {
      transportIds,
      transports: transportIds.length,
      producers: dump.mapProducerIdConsumerIds.filter(({ key }) => isOwn(key)).length,
      consumers: dump.mapConsumerIdProducerId.filter(({ key }) => isOwn(key)).length,
    };
  }
}
