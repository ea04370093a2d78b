/** Browsers with the page open, and a whole server in memory: everything real but the media, the wires and the time. */
import { ConferenceServer, type ConferenceServerOptions } from '@plenum/conference';
import { HypertyRuntime, silentLogger } from '@plenum/hyperty';
import { createFakeMediaServer } from '@plenum/media/fake';
import { createMemoryTokens, MessagingNode } from '@plenum/messaging-node';
import type { Message } from '@plenum/protocol';
import { breakable, createMessageTrace, FakeClock, settle } from '@plenum/testkit';
import { expect, vi } from 'vitest';
import { ConferenceClient } from '../conference-client.ts';
import type { ConferenceClientOptions, JoinOptions, Participant, Room } from '../conference-client-types.ts';
import type { IncomingFile } from '../data/file-types.ts';
import { aComputer, mediaOf } from '../devices/media-fixture.ts';
import type { FakeDataLink } from './fake-data-link.ts';
import { fakePairLinks } from './fake-pair-link.ts';
import { type FakeStarLink, fakeStarLinks } from './fake-star-link.ts';

const codecs = {
  audio: ['audio/opus'],
  video: ['video/vp8'],
};
const noCodecs = { audio: [], video: [] };

/** A whole server in memory. */
export async function aServer(
  domain = 'acme.test',
  { clock = new FakeClock(), tokens = createMemoryTokens(), trace = createMessageTrace() } = {},
  options: Partial<ConferenceServerOptions> = {},
) {
  const node = new MessagingNode({ domain, logger: silentLogger, clock, tokens });
  const mediaServer = createFakeMediaServer();
  const openLink = trace.traced('Conference', node.openLink({ origin: 'here', isTrusted: true }));
  const runtime = new HypertyRuntime({ domain, openLink, clock });
  const conference = new ConferenceServer({ runtime, mediaServer, logger: silentLogger, ...options });
  await conference.start();
  return { clock, tokens, trace, node, mediaServer, conference };
}
export type Server = Awaited<ReturnType<typeof aServer>>;

/** A browser that has the page open. */
export function aBrowser(
  server: Server,
  options: {
    answer?: (offer: string) => string;
    host?: string;
    client?: ConferenceClientOptions;
    /** It can neither send nor receive media. */
    isWithoutMedia?: boolean;
    /** What it hears in place of what was said. */
    hears?: (message: Message) => Message;
    /** Whose browser it is, in the trace of messages. */
    name?: string;
  } = {},
) {
  // Another server may take the place of the first.
  const place = { server };
  const name = options.name ?? 'Somebody';
  const { hears = (message) => message } = options;
  const usable = options.isWithoutMedia === true ? noCodecs : codecs;
  const network = breakable((events) =>
    place.server.trace.traced(name, place.server.node.openLink({ origin: '198.18.0.1' }))(events),
  );
  const starLinks = fakeStarLinks(options.answer);
  const pairLinks = fakePairLinks();
  const opened: string[] = [];
  const client = new ConferenceClient(options.client ?? {}, {
    openLink: (url) => (events) => {
      opened.push(url);
      return network.openLink({ ...events, onMessage: (message) => events.onMessage(hears(message)) });
    },
    createStarLink: starLinks.create,
    createPairLink: pairLinks.create,
    capabilities: () => ({ send: usable, receive: usable }),
    pageUrl: () => `https://${options.host ?? 'acme.test'}/base/standup`,
    onNetworkChange: () => () => undefined,
    clock: server.clock,
    cores: () => 2,
  });
  return { client, links: starLinks.links, pairLinks: pairLinks.links, opened, network, place };
}

export async function joins(
  server: Server,
  name: string,
  options: Partial<JoinOptions> = {},
  becomes: RTCPeerConnectionState = 'connected',
) {
  const browser = aBrowser(server, { name });
  const localMedia = mediaOf(aComputer());
  await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
  const room = await browser.client.joinRoom('standup', { name, localMedia, ...options });
  await settle();
  const [link] = browser.links;
  if (link === undefined) throw new Error('no link was made');
  link.change(becomes);
  return { ...browser, room, localMedia, link };
}

/** Opens the data channels of a link to the media server. */
export function openData({ mediaServer }: Server, { offers, data }: FakeStarLink): void {
  const connections = mediaServer.routers.flatMap((router) => router.connections);
  const connection = connections.find(({ offer }) => offer === offers.at(-1));
  if (connection === undefined) throw new Error('the media server has no such link');
  data.onSent = (message, channel) => connection.arrive(message, channel);
  connection.onDelivered = (message, channel) => data.deliver(message, channel);
  data.setOpen(true);
}

/** Opens the data channels between two who are linked directly. */
export function connectData(one: FakeDataLink, other: FakeDataLink): void {
  one.onSent = (message, channel) => other.deliver(message.slice(), channel);
  other.onSent = (message, channel) => one.deliver(message.slice(), channel);
  for (const link of [one, other]) link.setOpen(true);
}

/** The same in a room where everybody is connected to everybody, and the links are made as soon as they can be. */
export async function joinsMesh(server: Server, name: string, options: Partial<JoinOptions> = {}) {
  const browser = aBrowser(server, { name });
  const localMedia = mediaOf(aComputer());
  await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
  const room = await browser.client.joinRoom('standup', { name, localMedia, topology: 'mesh', ...options });
  await pass(server, 250);
  return { ...browser, room, localMedia };
}

/** Lets as much time pass, in steps in which everything that is due happens. */
export async function pass({ clock }: Pick<Server, 'clock'>, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    clock.advance(Math.min(left, 250));
    await settle();
  }
}

export const names = (room: Room) => room.participants.current.map(({ name }) => name);
export const called = (room: Room, name: string): Participant => {
  const found = room.participants.current.find((participant) => participant.name === name);
  if (found === undefined) throw new Error(`${name} is not there`);
  return found;
};

/** Lets time pass until a file is there or has failed. */
export async function untilOver(server: Server, file: IncomingFile): Promise<void> {
  await vi.waitFor(
    async () => {
      await pass(server, 250);
      expect(['offered', 'receiving']).not.toContain(file.state.current.name);
    },
    { timeout: 10_000, interval: 1 },
  );
}
