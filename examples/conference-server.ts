// A conference server in a program of one's own: `node examples/conference-server.ts 8081`. Who knows the word comes in.
import { createServer } from 'node:http';
import { ConferenceServer } from '@plenum/conference';
import { HypertyRuntime, silentLogger } from '@plenum/hyperty';
import { createMediasoupServer } from '@plenum/media/mediasoup';
import { MessagingNode } from '@plenum/messaging-node';
import { WebSocketServer } from 'ws';
import { resolveMediaWorker } from '../native/media-worker/resolve.ts';

const port = Number(process.argv[2] ?? 8081);
const domain = 'localhost';
const logger = silentLogger;

const worker = await resolveMediaWorker();
const mediaServer = await createMediasoupServer({
  listen: [{ ip: '127.0.0.1' }],
  basePort: port + 1000,
  workers: 1,
  workerBin: worker.path,
});

// The relay, and beside it the conference server: a hyperty like those in the browsers, with a link in memory.
const node = new MessagingNode({ domain, logger });
const runtime = new HypertyRuntime({ domain, openLink: node.openLink({ origin: 'here', isTrusted: true }) });
const conference = new ConferenceServer({ runtime, mediaServer, logger });
conference.onJoinRoom(({ roomId, name }) => {
  console.log(`${name} asks to join ${roomId}`);
  return roomId.endsWith('-sesame') ? { admit: true } : { admit: false, reason: 'Say the word.' };
});
await conference.start();

// Browsers come over WebSockets. A page of any origin may connect to this example; yours should check.
const http = createServer((_request, response) => response.end('A conference server.'));
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
http.listen(port, '127.0.0.1', () => console.log(`ready: http://localhost:${port}`));

process.once('SIGINT', async () => {
  conference.stop();
  node.close();
  sockets.close();
  http.close();
  await mediaServer.close();
});
