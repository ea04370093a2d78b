/** Asks a STUN server whether it is there: a Binding request over UDP (RFC 8489 section 5). */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Clock } from '@plenum/hyperty';

export interface Probe {
  readonly ip: string;
  readonly port: number;
  readonly clock: Clock;
  readonly withinMs: number;
  readonly signal: AbortSignal;
}

const againAfterMs = 100;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const magicCookie = 0x2112a442;

/** Asks again and again, and resolves to false where no answer came in time or the signal aborts. */
export function isAnswering({ ip, port, clock, withinMs, signal }: Probe): Promise<boolean> {
  const request = formatRequest();
  const socket = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const until = clock.now() + withinMs;
  let stopTimer = () => {};
  const ask = () => {
    if (clock.now() >= until) return resolve(false);
    socket.send(request, port, ip, () => undefined);
    stopTimer = clock.after(againAfterMs, ask);
  };
  const giveUp = () => resolve(false);
  signal.addEventListener('abort', giveUp, { once: true });
  // Told where nobody listens yet.
  socket.on('error', () => undefined);
  socket.on('message', (answer) => {
    if (isAnswerTo(request, answer)) resolve(true);
  });
  if (signal.aborted) giveUp();
  else ask();
  return promise.finally(() => {
    stopTimer();
    signal.removeEventListener('abort', giveUp);
    socket.close();
  });
}

function formatRequest(): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([header, randomBytes(12)]);
}

/** Cookie and transaction id are the same. */
function isAnswerTo(request: Buffer, answer: Buffer): boolean {
  return (
    answer.length >= 20 &&
    answer.readUInt16BE(0) === bindingSuccess &&
    answer.subarray(4, 20).equals(request.subarray(4))
  );
}
