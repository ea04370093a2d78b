/**
 * The message flows of a conference, recorded from real messages and drawn in docs/flows.md. `WRITE_FLOWS=1` writes the page
 * anew; otherwise what is recorded must be what is drawn there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HypertyRuntime } from '@plenum/hyperty';
import { drawFlow, settle, type TracedMessage } from '@plenum/testkit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Room } from './conference-client-types.ts';
import { aComputer, mediaOf } from './devices/media-fixture.ts';
import { aBrowser, aServer, type Server } from './testing/call-fixture.ts';

interface Person extends ReturnType<typeof aBrowser> {
  readonly localMedia: ReturnType<typeof mediaOf>;
  /** The stay, once joined. */
  readonly room: Room;
}

/** A server, and people with the page open. */
class Stage {
  readonly server: Server;
  readonly #people = new Map<string, Omit<Person, 'room'> & { room: Room | undefined }>();

  constructor(server: Server) {
    this.server = server;
  }

  async opens(name: string): Promise<void> {
    const localMedia = mediaOf(aComputer());
    await Promise.all([localMedia.startCamera(), localMedia.startMicrophone()]);
    this.#people.set(name, { ...aBrowser(this.server, { name }), localMedia, room: undefined });
  }

  /** Opens the session ahead, as the page does before *Join*. */
  async connects(name: string): Promise<void> {
    await this.opens(name);
    await this.person(name).client.connect();
    await settle();
  }

  async joins(name: string): Promise<void> {
    if (!this.#people.has(name)) await this.opens(name);
    const person = this.#people.get(name);
    if (person === undefined) return;
    person.room = await person.client.joinRoom('standup', { name, localMedia: person.localMedia });
    person.links.at(-1)?.change('connected');
    await settle();
  }

  person(name: string): Person {
    const person = this.#people.get(name);
    if (person === undefined) throw new Error(`${name} is not there`);
    return {
      ...person,
      get room() {
        if (person.room === undefined) throw new Error(`${name} is in no room`);
        return person.room;
      },
    };
  }

  /** Names, by the random words that stand for them. */
  get words(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#people].flatMap(([name, { room }]) =>
        room === undefined ? [] : [[room.localParticipantId, name.toLowerCase()]],
      ),
    );
  }

  /** Lets everything happen that is due, and more time pass. */
  async pass(seconds = 0): Promise<void> {
    await settle();
    for (let step = 0; step < seconds * 4; step++) {
      this.server.clock.advance(250);
      await settle();
    }
  }
}

interface Flow {
  readonly title: string;
  readonly about: string;
  /** Also what happened before there was anybody. */
  readonly isFromTheStart?: boolean;
  readonly prepare?: (stage: Stage) => Promise<void>;
  readonly play: (stage: Stage) => Promise<void>;
}

const flows: readonly Flow[] = [
  {
    title: 'The conference server registers',
    about: 'It opens its session, claims its well-known address, and can be discovered from then on.',
    isFromTheStart: true,
    play: (stage) => stage.pass(),
  },
  {
    title: 'Discovery',
    about: 'Who wants to be found registers; who knows a user finds the hyperties of it that are live.',
    prepare: (stage) => stage.connects('Ben'),
    play: async (stage) => {
      const { client } = stage.person('Ben');
      client.addListener(() => undefined);
      await stage.pass();
      const openLink = stage.server.trace.traced('Ann', stage.server.node.openLink({ origin: '198.18.0.2' }));
      const ann = new HypertyRuntime({ domain: 'acme.test', openLink, clock: stage.server.clock });
      const url = ann.hypertyUrl('client');
      await ann.claim([url]);
      await ann.registry.discover(url, client.userUrl.current as `user://${string}`);
    },
  },
  {
    title: 'The first joins',
    about:
      'One flight: session, address, Connection, its route, and the request. The answer holds both snapshots and the offer; the visit has made the room.',
    play: (stage) => stage.joins('Ann'),
  },
  {
    title: 'A second joins',
    about:
      'There is no new Communication object. The first gets one delta of the room, and one that says who is in her slots.',
    prepare: (stage) => stage.joins('Ann'),
    play: (stage) => stage.joins('Ben'),
  },
  {
    title: 'Mute',
    about: 'One delta of the own Connection, and one of the room for everybody.',
    prepare: twoPeople,
    play: async (stage) => stage.person('Ann').localMedia.mute(),
  },
  {
    title: 'Chat',
    about:
      'A resource is created by its author and kept by the reporter; everybody who observes gets a delta.',
    prepare: twoPeople,
    play: (stage) => stage.person('Ann').room.chat.send('hello'),
  },
  {
    title: 'Invitation',
    about:
      'It rings at the hyperties of the user; a provisional answer says that it does. Who comes has accepted.',
    prepare: async (stage) => {
      await stage.joins('Ann');
      await stage.connects('Ben');
      const { client } = stage.person('Ben');
      client.addListener(() => void stage.joins('Ben'));
      await stage.pass();
    },
    play: async (stage) => {
      const { client } = stage.person('Ben');
      await stage.person('Ann').client.invite(client.userUrl.current ?? '', 'standup');
    },
  },
  {
    title: 'Lobby',
    about: 'The request stays open, and is answered provisionally, until a moderator decides.',
    prepare: async (stage) => {
      await stage.joins('Ann');
      await stage.person('Ann').room.changeSettings({ hasLobby: true });
      await stage.connects('Ben');
      await stage.pass();
    },
    play: async (stage) => {
      const joining = stage.joins('Ben');
      await stage.pass();
      const { room } = stage.person('Ann');
      for (const { participantId } of room.waiting.current) await room.admit(participantId);
      await joining;
    },
  },
  {
    title: 'Leave',
    about: 'An explicit goodbye: the server deletes its Connection, and the others get one delta.',
    prepare: twoPeople,
    play: (stage) => stage.person('Ben').room.leave(),
  },
  {
    title: 'Removed',
    about: 'The deletion of the server’s Connection says why.',
    prepare: twoPeople,
    play: async (stage) => {
      const { localParticipantId } = stage.person('Ben').room;
      await stage.person('Ann').room.remove(localParticipantId, { reason: 'Enough.' });
    },
  },
  {
    title: 'The socket breaks, and the session is resumed',
    about: 'Nobody else is told. What changed meanwhile is read again, and every object says its version.',
    prepare: twoPeople,
    play: async (stage) => {
      stage.person('Ben').network.cut();
      await stage.pass();
      stage.person('Ann').localMedia.mute();
      await stage.pass();
      stage.person('Ben').network.restore();
      await stage.pass(2);
    },
  },
  {
    title: 'Crash',
    about: 'A session that does not come back within the grace period ends, with all that was its own.',
    prepare: twoPeople,
    play: async (stage) => {
      stage.person('Ben').network.cut();
      await stage.pass(31);
    },
  },
  {
    title: 'The room is ended for everybody',
    about: 'Everybody is told why, and the Communication object is deleted.',
    prepare: twoPeople,
    play: (stage) => stage.person('Ann').room.closeForAll('Lunch.'),
  },
];

async function twoPeople(stage: Stage): Promise<void> {
  await stage.joins('Ann');
  await stage.joins('Ben');
}

/** The diagram of one flow. */
async function record({ isFromTheStart = false, prepare, play }: Flow): Promise<string> {
  const stage = new Stage(await aServer());
  await stage.pass();
  await prepare?.(stage);
  await stage.pass();
  const before = stage.server.trace.take();
  await play(stage);
  await stage.pass();
  const played = stage.server.trace.take();
  const all = [...before, ...played];
  return drawFlow(isFromTheStart ? all : played, { sessions: sessionsIn(all), words: stage.words });
}

/** Whose session is whose, by who opened it. */
function sessionsIn(trace: readonly TracedMessage[]): ReadonlyMap<string, string> {
  return new Map(
    trace.flatMap(({ of, direction, message: { from } }) => {
      const id = /^runtime:\/\/[^/]+\/(\w+)$/.exec(from)?.[1];
      return id === undefined || direction === 'received' || of === 'Conference' ? [] : [[id, of] as const];
    }),
  );
}

const page = fileURLToPath(new URL('../../../docs/flows.md', import.meta.url));

const introduction = `<!-- Drawn by packages/client/src/flows.test.ts from recorded messages. WRITE_FLOWS=1 writes it anew. -->

# Message flows

What crosses the wires, in the order in which it does: recorded from a real messaging node, conference server and clients
(only the media and the time are made up), and compared with this page by the tests. The messaging node relays everything;
an arrow to or from *Node* is what it answers itself. A solid arrow is a request, a dashed one its response, an open one is
published to who observes. Rules are in [SPEC.md](../packages/hyperty/SPEC.md), messages in
[PROTOCOL.md](../packages/protocol/PROTOCOL.md).
`;

// How long one waits before a further try is random, so that not all come at once.
beforeEach(() => vi.spyOn(Math, 'random').mockReturnValue(0.5));
afterEach(() => vi.restoreAllMocks());

async function drawPage(): Promise<string> {
  const sections: string[] = [];
  for (const flow of flows) {
    const diagram = await record(flow);
    sections.push(`## ${flow.title}\n\n${flow.about}\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n`);
  }
  return [introduction, ...sections].join('\n');
}

test('the message flows are as docs/flows.md draws them', async () => {
  const drawn = await drawPage();
  if (process.env['WRITE_FLOWS'] !== undefined) writeFileSync(page, drawn);
  expect(drawn).toBe(readFileSync(page, 'utf8'));
});

test('the same happens every time', async () => {
  expect(await drawPage()).toBe(await drawPage());
});
