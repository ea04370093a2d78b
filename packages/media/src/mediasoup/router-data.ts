/**
 * Data channels of one room. What the browsers send comes out of the worker to this process, which says who is to have it;
 * the worker makes the copies: every connection listens to a subchannel of its own.
 */
import { type DataChannelName, dataChannelNames, dataChannels, maxDataMessageSize } from '@plenum/protocol';
import type { DataProducer, DirectTransport, Router, WebRtcTransport } from 'mediasoup/types';
import type { ConnectionOptions } from '../media-server.ts';

/** The worker's end of this process: made when the first connection needs it. */
interface Hub {
  readonly transport: DirectTransport;
  readonly producers: ReadonlyMap<DataChannelName, DataProducer>;
}

/** Of binary messages (RFC 8831 section 8). */
const binary = 53;
const maxNumber = 65_535;

export class RouterData {
  readonly #router: Router;
  readonly #numbers = new Map<string, number>();
  #opening: Promise<Hub> | undefined;
  #hub: Hub | undefined;
  #lastNumber = 0;

  constructor(router: Router) {
    this.#router = router;
  }

  /** The engine's transport that is none of a participant's. */
  get transportId(): string | undefined {
    return this.#hub?.transport.id;
  }

  /** Makes both channels of a connection, in both directions. They end with its transport. */
  async open(transport: WebRtcTransport, onData: NonNullable<ConnectionOptions['onData']>): Promise<void> {
    this.#opening ??= this.#openHub();
    const hub = await this.#opening;
    if (transport.closed) return;
    const number = this.#takeNumber(transport.id);
    transport.observer.once('close', () => this.#numbers.delete(transport.id));
    // Made in the order of their streams: the engine numbers them as they are asked for.
    const sending = dataChannelNames.map((name) => this.#send(name, hub, transport, number));
    const receiving = dataChannelNames.map((name) => this.#receive(name, hub, transport, onData));
    await Promise.all([...sending, ...receiving]);
  }

  async #openHub(): Promise<Hub> {
    const transport = await this.#router.createDirectTransport({
      maxSendMessageSize: maxDataMessageSize,
      maxReceiveMessageSize: maxDataMessageSize,
    });
    const producers = new Map<DataChannelName, DataProducer>();
    this.#hub = { transport, producers };
    for (const name of dataChannelNames) producers.set(name, await transport.produceData({ label: name }));
    return this.#hub;
  }

  #takeNumber(transportId: string): number {
    const taken = new Set(this.#numbers.values());
    do this.#lastNumber = (this.#lastNumber + 1) % (maxNumber + 1);
    while (taken.has(this.#lastNumber));
    this.#numbers.set(transportId, this.#lastNumber);
    return this.#lastNumber;
  }

  async #send(name: DataChannelName, hub: Hub, transport: WebRtcTransport, number: number): Promise<void> {
    const { id: streamId, ...reliability } = dataChannels[name];
    const dataProducerId = hub.producers.get(name)?.id ?? '';
    const consumer = await transport.consumeData({ dataProducerId, ...reliability, subchannels: [number] });
    if (consumer.sctpStreamParameters?.streamId !== streamId)
      throw new Error('Another stream than was meant.');
  }

  async #receive(
    name: DataChannelName,
    hub: Hub,
    transport: WebRtcTransport,
    onData: NonNullable<ConnectionOptions['onData']>,
  ): Promise<void> {
    const { id: streamId, ...reliability } = dataChannels[name];
    const producer = await transport.produceData({ sctpStreamParameters: { streamId, ...reliability } });
    const consumer = await hub.transport.consumeData({ dataProducerId: producer.id });
    consumer.on('message', (message) => {
      if (!transport.closed) onData(message, name);
    });
  }

  /** @param to Ids of transports. */
  send(message: Uint8Array, name: DataChannelName, to: readonly string[]): void {
    const producer = this.#hub?.producers.get(name);
    const numbers = to.flatMap((id) => this.#numbers.get(id) ?? []);
    // To nobody would be to everybody.
    if (producer === undefined || producer.closed || numbers.length === 0) return;
    const { buffer, byteOffset, byteLength } = message;
    producer.send(Buffer.from(buffer, byteOffset, byteLength), binary, numbers);
  }
}
