/**
 * A program that holds meetings: `node examples/host-meetings.ts 8083`, and then a line for each thing to do, such as
 * `open tea`, `remove tea Eve Not today.`, `end tea`. It serves the meeting app, which `./start` has built.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { ConferenceServer, createMemoryRoomStore } from '@plenum/conference';
import { HypertyRuntime, silentLogger as logger } from '@plenum/hyperty';
import { createMediasoupServer } from '@plenum/media/mediasoup';
import { MessagingNode } from '@plenum/messaging-node';
import { createTokenService, tokenKeyLength } from '@plenum/messaging-node/tokens';
import { type ParticipantId, parseRoomId, type RoomId } from '@plenum/protocol';
import { WebSocketServer } from 'ws';
import { resolveMediaWorker } from '../native/media-worker/resolve.ts';

const port = Number(process.argv[2] ?? 8083);
const domain = 'localhost';
const listen = [{ ip: '127.0.0.1' }];
const { path: workerBin } = await resolveMediaWorker();
const mediaServer = await createMediasoupServer({ listen, basePort: port + 1000, workers: 1, workerBin });

// Who brings a token of ours is who it says, everybody else a guest. The key is forgotten with the program.
const tokens = createTokenService({ key: randomBytes(tokenKeyLength), domain, now: () => Date.now() });
const node = new MessagingNode({ domain, logger, tokens });
const runtime = new HypertyRuntime({ domain, openLink: node.openLink({ origin: 'here', isTrusted: true }) });
const conference = new ConferenceServer({
  runtime,
  mediaServer,
  logger,
  store: createMemoryRoomStore(),
  mintGuestToken: ({ roomId, role, expires }) =>
    tokens.mintAccess({ grant: { room: roomId, role }, expires: Date.parse(expires) }),
});

// A visit opens no meeting. Who comes before the host waits for the host to let them in.
conference.onJoinRoom(({ roomId, name }) => {
  console.log(`${name} asks to join ${roomId}`);
  const room = conference.room(roomId);
  if (room === undefined) return { admit: false, reason: 'That meeting is not open.' };
  const hasHost = [...room.participants.values()].some(({ role }) => role === 'owner');
  return { admit: hasHost ? true : 'wait' };
});
await conference.start();

type Command = (room: RoomId, who: string, reason: string | undefined) => unknown;

const commands: Readonly<Record<string, Command>> = {
  async open(room) {
    conference.createRoom(room, { settings: { capacity: 20 }, owners: [`user://${domain}/host`] });
    const host = { user: 'host', grant: { room }, expires: Date.now() + 24 * 60 * 60 * 1000 };
    return `its host comes in by http://localhost:${port}/${room}#token=${await tokens.mintAccess(host)}`;
  },
  invite: async (room, who) => Object.values(await conference.addParticipant(room, who)).join(', '),
  remove: (room, who, reason) => conference.removeParticipant(room, idOf(room, who), reason),
  ban: (room, who, reason) => conference.removeParticipant(room, idOf(room, who), reason, { isBanned: true }),
  close: (room) => conference.close(room),
  end: (room, ...words) => conference.endForAll(room, words.join(' ').trim() || undefined),
};

function idOf(room: RoomId, name: string): ParticipantId {
  const people = [...(conference.room(room)?.participants.values() ?? [])];
  const found = people.find(({ identity }) => identity.name === name);
  if (found === undefined) throw new Error(`${name} is not there.`);
  return found.id;
}

async function obey(line: string): Promise<unknown> {
  const [, name = '', room = '', who = '', reason] = /^(\w+) +(\S+) *(\S*) *(.+)?$/.exec(line) ?? [];
  const command = commands[name];
  if (command === undefined) return `say ${Object.keys(commands).join(', ')}, and of which room`;
  return (await command(parseRoomId(room), who, reason)) ?? 'done';
}
createInterface({ input: process.stdin }).on('line', async (line) => {
  console.log(`${line}:`, await obey(line).catch(({ message }: Error) => message));
});

const http = createServer(async ({ url = '' }, response) => {
  const [, file = 'index.html', kind = 'html'] = /^\/(assets\/[\w-]+\.(js|css))$/.exec(url) ?? [];
  const path = new URL(`../apps/meet/dist/${file}`, import.meta.url);
  response.setHeader('content-type', kind === 'js' ? 'text/javascript' : `text/${kind}`);
  response.end(await readFile(path).catch(() => 'Run ./start once: it builds the meeting app.'));
});
new WebSocketServer({ server: http, path: '/ws', maxPayload: 1024 * 1024 }).on('connection', (socket) => {
  const { handleText, handleClosed } = node.attach(
    { deliver: ({ text }) => socket.send(text), close: (code, reason) => socket.close(code, reason) },
    { origin: 'this machine' },
  );
  socket.on('message', (data) => handleText(String(data)));
  socket.on('close', handleClosed).on('error', () => undefined);
});
http.listen(port, '127.0.0.1', () => console.log(`ready: http://localhost:${port}`));

process.once('SIGINT', async () => {
  conference.stop();
  await mediaServer.close();
  process.exit();
});
