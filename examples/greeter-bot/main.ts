/**
 * A conference server, and beside it a bot from a descriptor, in a sandbox: `node examples/greeter-bot/main.ts 8082 tea`.
 * Whoever comes into the room is greeted in its chat.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ConferenceServer } from '@plenum/conference';
import { deploy, HypertyRuntime, silentLogger as logger, type SandboxHost } from '@plenum/hyperty';
import { createMediasoupServer } from '@plenum/media/mediasoup';
import { MessagingNode } from '@plenum/messaging-node';
import { catalogueUrl, createFetchText, createWorkerSandbox, describeCatalogue } from '@plenum/server';
import { WebSocketServer } from 'ws';
import { resolveMediaWorker } from '../../native/media-worker/resolve.ts';

const [port = '8082', roomId = 'tea'] = process.argv.slice(2);
const domain = 'localhost';
const node = new MessagingNode({ domain, logger });
const worker = await resolveMediaWorker();
const mediaServer = await createMediasoupServer({
  listen: [{ ip: '127.0.0.1' }],
  basePort: Number(port) + 1000,
  workers: 1,
  workerBin: worker.path,
});

// What can be deployed: the product's own hyperties, and the bot. Anybody can read it at /.well-known/plenum.
const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const catalogue = describeCatalogue([
  { descriptor: read('./greeter-bot.json'), source: read('./greeter-bot.ts') },
]);
const place = {
  platform: 'node',
  allowed: [catalogueUrl(domain)],
  fetchText: createFetchText(catalogue),
} as const;

// The conference server is a part of the product: it runs here, with the media server that its descriptor asks for.
const runtime = new HypertyRuntime({ domain, openLink: node.openLink({ origin: 'here', isTrusted: true }) });
const conference = await deploy(`${catalogueUrl(domain)}hyperty/ConferenceServer`, {
  ...place,
  resources: { 'media-server': mediaServer },
  parts: {
    ConferenceServer: async ({ resource }) => {
      const instance = new ConferenceServer({ runtime, mediaServer: resource('media-server'), logger });
      await instance.start();
      return { name: 'ConferenceServer', url: instance.url, instance, close: () => instance.stop() };
    },
  },
});

// The bot is not: it runs in a sandbox, on a session without any trust.
const sandboxHost: SandboxHost = {
  sandbox: createWorkerSandbox({ logger }),
  openSession: (onClosed) =>
    new HypertyRuntime({ domain, openLink: node.openLink({ origin: 'bots' }), onClosed }),
};
const bot = await deploy(`${catalogueUrl(domain)}hyperty/GreeterBot`, {
  ...place,
  sandboxHost,
  configuration: { roomId, name: 'Greeter', greeting: 'Welcome, {name}!' },
  onEnded: (error) => console.log(`the bot ended: ${error.message}`),
});

const http = createServer(({ url = '' }, response) => {
  const entry = catalogue.get(url);
  if (entry === undefined) response.writeHead(404).end('A conference server with a bot.');
  else response.writeHead(200, { 'content-type': entry.contentType }).end(entry.body);
});
const sockets = new WebSocketServer({ server: http, path: '/ws', maxPayload: 1024 * 1024 });
sockets.on('connection', (socket, request) => {
  const { handleText, handleClosed } = node.attach(
    { deliver: ({ text }) => socket.send(text), close: (code, reason) => socket.close(code, reason) },
    { origin: request.socket.remoteAddress ?? 'unknown' },
  );
  socket.on('message', (data) => handleText(String(data)));
  socket.on('close', handleClosed);
  // Without this a frame that is too long would end the program.
  socket.on('error', () => undefined);
});
http.listen(Number(port), '127.0.0.1', () => {
  console.log(`${bot.name} waits in ${roomId}`);
  console.log(`ready: http://localhost:${port}`);
});

process.once('SIGINT', async () => {
  await bot.close();
  await conference.close();
  node.close();
  sockets.close();
  http.close();
  await mediaServer.close();
});
