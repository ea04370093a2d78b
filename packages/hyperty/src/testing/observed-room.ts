/** A room that is reported and observed, over a wire that loses, repeats and reorders what a test tells it to. */
import { type Message, snapshotSchema } from '@plenum/protocol';
import { FakeClock } from '@plenum/testkit';
import * as v from 'valibot';
import type { DataObjectObserver } from '../data-object-observer.ts';
import { silentLogger } from '../logger.ts';
import { MessageBus } from '../message-bus.ts';
import { Syncher } from '../syncher.ts';

export const conference = 'hyperty://acme.test/conference';
export const ann = 'hyperty://acme.test/s1/ann';
export const url = 'comm://acme.test/standup';

const roomSchema = v.object({
  topic: v.string(),
  people: v.record(v.string(), v.object({ name: v.string() })),
});
export type RoomData = v.InferOutput<typeof roomSchema>;
export const parseRoom = (value: unknown) => v.parse(snapshotSchema(roomSchema), value);

export function aRuntime(send: (message: Message) => void, clock: FakeClock) {
  let syncher: Syncher | undefined;
  const bus = new MessageBus({
    send,
    onUnclaimed: (message) => syncher?.handleUnclaimed(message),
    clock,
    logger: silentLogger,
    requestTimeoutMs: 1000,
  });
  syncher = new Syncher({ bus, clock, logger: silentLogger, domain: 'acme.test' });
  return { bus, syncher };
}

/** A server that reports a room, a client that observes it, and the wire between them. */
export function aRoomObservedByAnn() {
  const clock = new FakeClock();
  const wire: Message[] = [];
  const server = aRuntime((message) => wire.push(message), clock);
  const client = aRuntime((message) => server.bus.handleMessage(message), clock);
  const { reporter } = server.syncher.create<RoomData>({
    url,
    reporter: conference,
    schema: 'Communication',
    name: 'standup',
    data: { topic: 'today', people: {} },
  });
  reporter.addObserver(ann);
  wire.length = 0;
  const observer: DataObjectObserver<RoomData> = client.syncher.adopt(reporter.snapshot(), ann, parseRoom);
  const deliver = (message: Message | undefined) => {
    if (message !== undefined) client.bus.handleMessage(message);
  };
  const deliverAll = () => {
    for (const message of wire.splice(0)) deliver(message);
  };
  return { clock, wire, server, client, reporter, observer, deliver, deliverAll };
}
