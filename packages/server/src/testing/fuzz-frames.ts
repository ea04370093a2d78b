/** Bytes below the messages: WebSocket frames as no client makes them (RFC 6455), and what is no WebSocket at all. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { createSessionId } from '@plenum/protocol';
import fc from 'fast-check';

const frameKinds = [
  'a message',
  'a message in binary',
  'fragments',
  'fragments with a ping between',
  'broken text',
  'cut text',
  'garbage in binary',
  'deep nesting',
  'not masked',
  'a reserved opcode',
  'reserved bits',
  'a length that does not come',
  'a length beyond all',
  'a continuation of nothing',
  'a long ping',
  'a ping',
  'a close frame',
  'packed garbage',
  'packed zeros',
  'a long text',
  'raw bytes',
] as const;
type FrameKind = (typeof frameKinds)[number];

interface Frame {
  readonly kind: FrameKind;
  readonly at: number;
}

export interface RawScript {
  readonly greeting: 'as it should' | 'packed' | 'no key' | 'wrong version' | 'elsewhere' | 'no HTTP';
  readonly opensSession: boolean;
  readonly frames: readonly Frame[];
  readonly end: 'politely' | 'suddenly';
}

/** Few, since what is no frame ends the socket. */
const framesAtMost = 16;

export const rawScript: fc.Arbitrary<RawScript> = fc.record({
  greeting: fc.constantFrom(
    ...Array.from({ length: 12 }, () => 'as it should' as const),
    ...Array.from({ length: 5 }, () => 'packed' as const),
    'no key',
    'wrong version',
    'elsewhere',
    'no HTTP',
  ),
  opensSession: fc.boolean(),
  frames: fc.array(
    // What does not end the socket comes oftener.
    fc.record({ kind: fc.constantFrom(...frameKinds.slice(0, 8), ...frameKinds), at: fc.nat() }),
    { minLength: 1, maxLength: framesAtMost },
  ),
  end: fc.constantFrom('politely', 'suddenly'),
});

export interface RawResult {
  readonly sent: number;
  /** What the server said: the status of its answer to the greeting, and the code of its close frame. */
  readonly outcome: string;
}

const patienceMs = 2_000;

/** Plays it to the end of the socket. */
export async function playRaw(url: string, script: RawScript): Promise<RawResult> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  // How it ends is what is looked at.
  socket.on('error', () => undefined);
  const received: Buffer[] = [];
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const timer = setTimeout(() => socket.destroy(), patienceMs);
  const greeted = new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      received.push(bytes);
      resolve();
    });
  });
  socket.write(greetingOf(script));
  await Promise.race([greeted, closed]);
  const sent = sendAll(socket, script);
  if (script.end === 'suddenly') await new Promise(setImmediate);
  if (script.end === 'suddenly') socket.destroy();
  else socket.end();
  await closed;
  clearTimeout(timer);
  return { sent, outcome: outcomeOf(Buffer.concat(received)) };
}

function sendAll(socket: Socket, { frames, opensSession }: RawScript): number {
  const session = createSessionId();
  const texts = opensSession ? [frame({ payload: messageText(session, 0) })] : [];
  const all = [...texts, ...frames.flatMap(({ kind, at }) => bytesOf(kind, at, session))];
  for (const bytes of all) if (socket.writable) socket.write(bytes);
  return all.length;
}

function greetingOf({ greeting }: RawScript): string | Buffer {
  if (greeting === 'no HTTP') return randomBytes(400);
  const lines = [
    `GET ${greeting === 'elsewhere' ? '/wss' : '/ws'} HTTP/1.1`,
    'Host: localhost',
    'Connection: Upgrade',
    'Upgrade: websocket',
    `Sec-WebSocket-Version: ${greeting === 'wrong version' ? 12 : 13}`,
    ...(greeting === 'no key' ? [] : [`Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`]),
    ...(greeting === 'packed' ? ['Sec-WebSocket-Extensions: permessage-deflate'] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function messageText(session: string, at: number): Buffer {
  const from = `runtime://localhost/${session}`;
  const to = 'domain://msg-node.localhost/session';
  const type = at === 0 ? 'create' : (['update', 'read', 'create'][at % 3] ?? 'read');
  return Buffer.from(
    JSON.stringify({ id: at % 1_000, type, from, to, body: { value: { protocolVersion: 1 } } }),
  );
}

interface FrameParts {
  readonly payload: Buffer;
  readonly opcode?: number;
  readonly isLast?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  readonly isMasked?: boolean;
  /** What it says that it has, where that is not true. */
  readonly length?: bigint;
}

const text = 1;
const binary = 2;
const close = 8;
const ping = 9;

/** RFC 6455 section 5.2. */
function frame({
  payload,
  opcode = text,
  isLast = true,
  reserved = 0,
  isMasked = true,
  length,
}: FrameParts): Buffer {
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const said = length ?? BigInt(payload.length);
  const mask = isMasked ? 0x80 : 0;
  const size = Buffer.alloc(said < 126n ? 1 : said < 65_536n ? 3 : 9);
  if (said < 126n) size.writeUInt8(mask | Number(said));
  else if (said < 65_536n) {
    size.writeUInt8(mask | 126);
    size.writeUInt16BE(Number(said), 1);
  } else {
    size.writeUInt8(mask | 127);
    size.writeBigUInt64BE(said, 1);
  }
  if (!isMasked) return Buffer.concat([Buffer.of(first), size, payload]);
  const key = randomBytes(4);
  const masked = payload.map((byte, index) => byte ^ (key[index & 3] ?? 0));
  return Buffer.concat([Buffer.of(first), size, key, masked]);
}

function bytesOf(kind: FrameKind, at: number, session: string): readonly Buffer[] {
  const payload = messageText(session, 1 + at);
  const garbage = randomBytes(1 + (at % 900));
  switch (kind) {
    case 'a message':
      return [frame({ payload })];
    case 'a message in binary':
      return [frame({ payload, opcode: binary })];
    case 'fragments':
      return fragments(payload, 1 + (at % 7), []);
    case 'fragments with a ping between':
      return fragments(payload, 1 + (at % 4), [frame({ payload: garbage.subarray(0, 20), opcode: ping })]);
    case 'broken text':
      return [frame({ payload: garbage })];
    case 'cut text': {
      const letters = Buffer.from('{"name":"☃𝄞é"}');
      return [frame({ payload: letters.subarray(0, 10 + (at % 8)) })];
    }
    case 'garbage in binary':
      return [frame({ payload: garbage, opcode: binary })];
    case 'deep nesting':
      return [frame({ payload: Buffer.from('[{"a":'.repeat(1 + (at % 9_000))) })];
    case 'not masked':
      return [frame({ payload, isMasked: false })];
    case 'a reserved opcode':
      return [frame({ payload, opcode: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15][at % 10] ?? 3 })];
    case 'reserved bits':
      return [frame({ payload, reserved: 1 + (at % 7) })];
    case 'a length that does not come':
      return [frame({ payload, length: BigInt(payload.length + 1 + (at % 500_000)) })];
    case 'a length beyond all':
      return [frame({ payload, length: [2n ** 31n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n][at % 4] ?? 0n })];
    case 'a continuation of nothing':
      return [frame({ payload, opcode: 0 })];
    case 'a long ping':
      return [frame({ payload: Buffer.alloc(126 + (at % 4_000)), opcode: ping })];
    case 'a ping':
      return [frame({ payload: garbage.subarray(0, 125), opcode: 9 + (at % 2) })];
    case 'a close frame':
      return [frame({ payload: closing(at), opcode: close })];
    case 'packed garbage':
      return [frame({ payload: garbage, reserved: 4 })];
    case 'packed zeros':
      // A few kilobytes that become megabytes.
      return [frame({ payload: deflateRawSync(Buffer.alloc((at % 4) * 1_000_000)), reserved: 4 })];
    case 'a long text':
      return [frame({ payload: Buffer.alloc([70_000, 263_000, 1_050_000][at % 3] ?? 70_000, 'x') })];
    case 'raw bytes':
      return [garbage];
  }
}

/** The same text in parts, each of them a frame, with others between. */
function fragments(payload: Buffer, count: number, between: readonly Buffer[]): readonly Buffer[] {
  const size = Math.ceil(payload.length / (count + 1));
  const parts = Array.from({ length: count + 1 }, (_, index) =>
    payload.subarray(index * size, (index + 1) * size),
  );
  return parts.flatMap((part, index) => [
    frame({ payload: part, opcode: index === 0 ? text : 0, isLast: index === count }),
    ...(index === count ? [] : between),
  ]);
}

function closing(at: number): Buffer {
  const code = [1000, 1001, 1005, 1006, 1015, 999, 2999, 4000, 5000, 65_535][at % 10] ?? 1000;
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  const reason = at % 3 === 0 ? Buffer.of(0xff, 0xfe) : Buffer.from('bye');
  return [bytes, Buffer.concat([bytes, reason]), Buffer.of(3), Buffer.alloc(0)][at % 4] ?? bytes;
}

/** What is left of the server's frames after its answer to the greeting ends with its close frame, where it sent one. */
function outcomeOf(received: Buffer): string {
  const end = received.indexOf('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(received.subarray(0, 12).toString('latin1'))?.[1];
  if (status === undefined) return 'no answer';
  if (status !== '101') return `HTTP ${status}`;
  let rest = received.subarray(end + 4);
  while (rest.length >= 2) {
    const { opcode, payload, next } = readFrame(rest);
    if (opcode === close) return `closed ${payload.length >= 2 ? payload.readUInt16BE() : 1005}`;
    rest = next;
  }
  return 'no close frame';
}

/** A frame of the server's: not masked, and whole but for the last. */
function readFrame(bytes: Buffer): {
  readonly opcode: number;
  readonly payload: Buffer;
  readonly next: Buffer;
} {
  const opcode = (bytes[0] ?? 0) & 15;
  const short = (bytes[1] ?? 0) & 127;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (bytes.length < start) return { opcode: 0, payload: bytes, next: Buffer.alloc(0) };
  const length =
    short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
  return { opcode, payload: bytes.subarray(start, start + length), next: bytes.subarray(start + length) };
}
