/** The WebSocket endpoint: who may upgrade, and each socket's wire to the messaging node. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock, Logger } from '@plenum/hyperty';
import type { MessagingNode } from '@plenum/messaging-node';
import { messageLimits } from '@plenum/protocol';
import { type RawData, type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { limitKeyOf, placeOf } from '../network/client-address.ts';
import { isOriginAllowed, type OriginPolicy } from '../network/origin-check.ts';
import { Heartbeat } from './heartbeat.ts';
import { createSocketEndpoint } from './socket-endpoint.ts';

export interface WebSocketGateOptions {
  readonly node: Pick<MessagingNode, 'attach'>;
  /** Where the endpoint is, such as `/ws`. */
  readonly path: string;
  readonly origins: OriginPolicy;
  readonly isTrustedProxy: (address: string) => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * No text the node reads is longer in UTF-8; one between its limit and this is answered with a code, a longer one
 * ends the socket (RFC 6455 close code 1009) before it takes any memory.
 */
const maxPayloadBytes = messageLimits.maxLength * 4;

/** Time for the other side to answer the close frame. */
const closeWithinMs = 1_000;

const socketOptions: ServerOptions & { readonly closeTimeout: number } = {
  noServer: true,
  maxPayload: maxPayloadBytes,
  // Who does not answer the close frame is cut off; until then `ws` goes on reading what it sends.
  closeTimeout: closeWithinMs,
  // A room's first answer is longer than the 14 kB that TCP sends before it waits: whole, it costs a second round trip.
  // Small messages are not worth the time, and nothing is kept between messages. `maxPayload` counts what is unpacked.
  perMessageDeflate: { threshold: 4096, serverNoContextTakeover: true, clientNoContextTakeover: true },
};

export class WebSocketGate {
  readonly #options: WebSocketGateOptions;
  readonly #heartbeat: Heartbeat;
  #isClosing = false;
  readonly #sockets = new WebSocketServer(socketOptions);

  constructor(options: WebSocketGateOptions) {
    this.#options = options;
    this.#heartbeat = new Heartbeat(options.clock);
  }

  /** Takes the upgrades of that server. */
  listenOn(server: Pick<Server, 'on'>): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Until `ws` takes over, a connection that breaks would otherwise end the process.
    const ignoreBreak = () => undefined;
    socket.on('error', ignoreBreak);
    const { path, origins, isTrustedProxy, logger } = this.#options;
    const { host, address } = placeOf(request, isTrustedProxy);
    const { origin } = request.headers;
    if (pathOf(request.url) !== path) return refuse(socket, '404 Not Found');
    if (this.#isClosing) return refuse(socket, '503 Service Unavailable');
    if (!isOriginAllowed(origin, host, origins)) {
      logger.warn('socket refused for its origin', { origin, host });
      return refuse(socket, '403 Forbidden');
    }
    this.#sockets.handleUpgrade(request, socket, head, (upgraded) => {
      socket.off('error', ignoreBreak);
      this.#attach(upgraded, limitKeyOf(address));
    });
  }

  #attach(socket: WebSocket, origin: string): void {
    const { node, logger } = this.#options;
    this.#heartbeat.add(socket);
    socket.on('error', (error) => logger.debug('socket failed', { reason: error.message }));
    socket.on('pong', () => this.#heartbeat.handleSign(socket));
    const attachment = node.attach(createSocketEndpoint(socket), { origin });
    socket.on('message', (data) => {
      this.#heartbeat.handleSign(socket);
      attachment.handleText(textOf(data));
    });
    socket.on('close', (code) => {
      this.#heartbeat.remove(socket);
      attachment.handleClosed(code);
    });
  }

  /** Ends what is still open, and resolves when it is. May be called more than once. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#heartbeat.close();
    const open = [...this.#sockets.clients];
    const ended = open.map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
    for (const socket of open) socket.close(1001, 'shutting-down');
    const stopTimer = this.#options.clock.after(closeWithinMs, () => {
      for (const socket of this.#sockets.clients) socket.terminate();
    });
    await Promise.all(ended);
    stopTimer();
    this.#sockets.close();
  }
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?')[0] ?? '';
}

/** A binary frame is read as the text it may be; what is none is answered like any other nonsense. */
function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}

function refuse(socket: Duplex, status: string): void {
  const answer = `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
  socket.end(answer, () => socket.destroy());
}
