/** A TURN client for tests (RFC 8656, over UDP, TCP or TLS): says exactly what a browser would not. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { parseSubnet, rangeOf } from '../network/subnets.ts';

export type TurnTransport = 'udp' | 'tcp' | 'tls';

export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface TurnAccount {
  readonly username: string;
  readonly credential: string;
}

const methods = { binding: 0x0001, allocate: 0x0003, refresh: 0x0004, send: 0x0006, permit: 0x0008 } as const;
const indication = 0x0010;
const dataIndication = 0x0017;
const errorClass = 0x0110;
const attributes = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  family: 0x0017,
  transport: 0x0019,
  mapped: 0x0020,
} as const;
const magicCookie = 0x2112a442;
const udpProtocol = 17;
const families = { v4: 0x01, v6: 0x02 } as const;

type Attribute = readonly [type: number, value: Buffer | Place];

interface Answer {
  readonly type: number;
  readonly transactionId: string;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

interface Wire {
  send(message: Buffer): void;
  close(): void;
}

export class TurnClient {
  readonly #wire: Wire;
  readonly #account: TurnAccount | undefined;
  readonly #family: number;
  readonly #waiting = new Map<string, (answer: Answer) => void>();
  /** What peers sent. */
  readonly received: string[] = [];
  #challenge: readonly [realm: Buffer, nonce: Buffer] | undefined;

  private constructor(
    place: Place,
    openWire: (onMessage: (message: Buffer) => void) => Wire,
    account?: TurnAccount,
  ) {
    this.#account = account;
    this.#family = familyOf(place.address);
    this.#wire = openWire((message) => this.#handle(parse(message)));
  }

  static async open(transport: TurnTransport, place: Place, account?: TurnAccount): Promise<TurnClient> {
    if (transport === 'udp') return new TurnClient(place, (onMessage) => udpWire(place, onMessage), account);
    const socket = await connect(transport, place);
    return new TurnClient(place, (onMessage) => streamWire(socket, onMessage), account);
  }

  #handle({ type, transactionId, attributes: values }: Answer): void {
    if (type === dataIndication) this.received.push(values.get(attributes.data)?.toString() ?? '');
    this.#waiting.get(transactionId)?.({ type, transactionId, attributes: values });
    this.#waiting.delete(transactionId);
  }

  /** Where the server sees this client. */
  async bind(): Promise<Place> {
    return readAddress(await this.#ask(methods.binding, []), attributes.mapped);
  }

  /** The address that others are to send to, of the family that the server was asked by. @throws TurnError */
  async allocate(): Promise<Place> {
    const answer = await this.#askAsKnown(methods.allocate, [
      [attributes.transport, Buffer.from([udpProtocol, 0, 0, 0])],
      [attributes.family, Buffer.from([this.#family, 0, 0, 0])],
    ]);
    return readAddress(answer, attributes.relayed);
  }

  /** @throws TurnError */
  async refresh(): Promise<void> {
    await this.#askAsKnown(methods.refresh, []);
  }

  /** Lets a peer's data through. @throws TurnError */
  async permit(address: string): Promise<void> {
    await this.#askAsKnown(methods.permit, [[attributes.peer, { address, port: 0 }]]);
  }

  send(peer: Place, text: string): void {
    const values: readonly Attribute[] = [
      [attributes.peer, peer],
      [attributes.data, Buffer.from(text)],
    ];
    this.#wire.send(format(methods.send | indication, newId(), values));
  }

  /** The first time it is asked who it is (RFC 8489 section 9.2). */
  async #askAsKnown(method: number, values: readonly Attribute[]): Promise<Answer> {
    if (this.#challenge === undefined) {
      const { attributes: asked } = await this.#ask(method, values).catch(challengeIn);
      const [realm, nonce] = [asked.get(attributes.realm), asked.get(attributes.nonce)];
      if (realm === undefined || nonce === undefined) throw new Error('there was no challenge');
      this.#challenge = [realm, nonce];
    }
    return this.#ask(
      method,
      [...values, ...this.#identify(...this.#challenge)],
      this.#key(this.#challenge[0]),
    );
  }

  #identify(realm: Buffer, nonce: Buffer): readonly Attribute[] {
    const username = Buffer.from(this.#account?.username ?? '');
    return [
      [attributes.username, username],
      [attributes.realm, realm],
      [attributes.nonce, nonce],
    ];
  }

  #key(realm: Buffer): Buffer {
    const { username = '', credential = '' } = this.#account ?? {};
    return createHash('md5').update(`${username}:${realm}:${credential}`).digest();
  }

  async #ask(method: number, values: readonly Attribute[], key?: Buffer): Promise<Answer> {
    const id = newId();
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id.toString('hex'), resolve));
    this.#wire.send(format(method, id, values, key));
    const answer = await answered;
    if ((answer.type & errorClass) !== errorClass) return answer;
    throw new TurnError(answer);
  }

  close(): void {
    this.#wire.close();
  }
}

/** With the code that the server answered, such as 401 or 403 (RFC 8656 section 19). */
class TurnError extends Error {
  readonly code: number;
  readonly answer: Answer;

  constructor(answer: Answer) {
    const error = answer.attributes.get(attributes.error);
    const code = (error?.[2] ?? 0) * 100 + (error?.[3] ?? 0);
    super(`the TURN server answered ${code}`);
    this.code = code;
    this.answer = answer;
  }
}

function challengeIn(thrown: unknown): Answer {
  if (thrown instanceof TurnError && thrown.code === 401) return thrown.answer;
  throw thrown;
}

function udpWire({ address, port }: Place, onMessage: (message: Buffer) => void): Wire {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4').on('message', onMessage);
  return { send: (message) => socket.send(message, port, address), close: () => socket.close() };
}

async function connect(transport: 'tcp' | 'tls', { address: host, port }: Place): Promise<Socket> {
  const socket =
    transport === 'tcp' ? connectTcp({ host, port }) : connectTls({ host, port, rejectUnauthorized: false });
  await once(socket, transport === 'tcp' ? 'connect' : 'secureConnect');
  return socket;
}

/** The header says how long a message is (RFC 8489 section 6.2.2). */
function streamWire(socket: Socket, onMessage: (message: Buffer) => void): Wire {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 20 && rest.length >= 20 + rest.readUInt16BE(2)) {
      const length = 20 + rest.readUInt16BE(2);
      onMessage(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  });
  return { send: (message) => socket.write(message), close: () => socket.destroy() };
}

function newId(): Buffer {
  return randomBytes(12);
}

function format(type: number, id: Buffer, values: readonly Attribute[], key?: Buffer): Buffer {
  const body = Buffer.concat(values.map((value) => formatAttribute(id, value)));
  if (key === undefined) return Buffer.concat([formatHeader(type, id, body.length), body]);
  // The length counts the integrity that follows, as what is signed says too (RFC 8489 section 14.5).
  const signed = Buffer.concat([formatHeader(type, id, body.length + 24), body]);
  const integrity = createHmac('sha1', key).update(signed).digest();
  return Buffer.concat([signed, formatAttribute(id, [attributes.integrity, integrity])]);
}

function formatHeader(type: number, id: Buffer, length: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(length, 2);
  header.writeUInt32BE(magicCookie, 4);
  return Buffer.concat([header, id]);
}

function formatAttribute(id: Buffer, [type, content]: Attribute): Buffer {
  const value = Buffer.isBuffer(content) ? content : writeAddress(content, id);
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}

function parse(message: Buffer): Answer {
  const values = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= message.length; ) {
    const length = message.readUInt16BE(at + 2);
    values.set(message.readUInt16BE(at), message.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  const transactionId = message.subarray(8, 20).toString('hex');
  return { type: message.readUInt16BE(0), transactionId, attributes: values };
}

function familyOf(address: string): number {
  return address.includes(':') ? families.v6 : families.v4;
}

/** XOR with the cookie and, of IPv6, with the transaction's id (RFC 8489 section 14.2). */
function writeAddress({ address, port }: Place, id: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(familyOf(address), 1);
  head.writeUInt16BE(port ^ (magicCookie >>> 16), 2);
  return Buffer.concat([head, mask(bytesOf(address), id)]);
}

function readAddress({ attributes: values, transactionId }: Answer, type: number): Place {
  const value = values.get(type);
  if (value === undefined) throw new Error('the answer has no address');
  const bytes = mask(value.subarray(4), Buffer.from(transactionId, 'hex'));
  const port = value.readUInt16BE(2) ^ (magicCookie >>> 16);
  if (bytes.length === 4) return { address: bytes.join('.'), port };
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return { address: groups.join(':'), port };
}

function mask(bytes: Buffer, id: Buffer): Buffer {
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(magicCookie);
  const key = Buffer.concat([cookie, id]);
  return Buffer.from(bytes.map((byte, index) => byte ^ (key[index] ?? 0)));
}

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const subnet = parseSubnet(address);
  if (subnet === undefined) throw new TypeError(`${address} is no address`);
  const groups = rangeOf(subnet)[0].split(':');
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
