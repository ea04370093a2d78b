/**
 * A participant without a browser: real signalling over a real WebSocket, and media by whoever answers the offer. It
 * counts what crosses its wire.
 */
import {
  type DataObjectObserver,
  type DataObjectReporter,
  HypertyRuntime,
  openWebSocketLink,
  type WebSocketLike,
} from '@plenum/hyperty';
import {
  type CommunicationData,
  type CommunicationSnapshot,
  type ConnectionData,
  type ConnectionSnapshot,
  type ContextData,
  communicationSnapshotSchema,
  conferenceMethods,
  connectionSnapshotSchema,
  type HypertyUrl,
  type IceServer,
  type ParticipantId,
  type Publications,
  type ResultOf,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import { until } from './until.ts';

/** What crossed a wire since it was opened: WebSocket payloads, without frames and TCP. */
export interface WireCount {
  sentMessages: number;
  sentBytes: number;
  receivedMessages: number;
  receivedBytes: number;
}

export interface SignallingOptions {
  /** Of the server, `http://…`. */
  readonly serverUrl: string;
  readonly domain: string;
  readonly roomId: string;
  readonly name: string;
  readonly publications: Publications;
  /** Answers the server's offer; `publishOn` names the mid for each source. */
  readonly answer: (
    offer: string,
    publishOn: NonNullable<ConnectionData['publishOn']>,
    iceServers: readonly IceServer[],
  ) => Promise<string>;
  readonly requestTimeoutMs?: number | undefined;
  /** Called with every text that arrives, before it is read. */
  readonly onText?: ((text: string) => void) | undefined;
  /** Whether copies are checked against their schemas at every change; true unless given. It costs more the more are in the room. */
  readonly isChecking?: boolean | undefined;
}

export class SignallingParticipant {
  readonly id: ParticipantId;
  readonly wire: WireCount;
  readonly context: DataObjectReporter<ContextData>;
  readonly server: DataObjectObserver<ConnectionData>;
  readonly room: DataObjectObserver<CommunicationData>;
  readonly #runtime: HypertyRuntime;
  readonly #roomId: string;
  #connection: DataObjectReporter<ConnectionData> | undefined;

  private constructor(session: Session, joined: ResultOf<'joinRoom'>, options: SignallingOptions) {
    const { runtime, url, wire, context } = session;
    const { roomId, isChecking = true } = options;
    this.id = joined.participantId;
    this.wire = wire;
    this.context = context;
    if (joined.connection === undefined) throw new Error('The server offers no link.');
    this.server = runtime.syncher.adopt(joined.connection, url, (value) =>
      isChecking ? v.parse(connectionSnapshotSchema, value) : (value as ConnectionSnapshot),
    );
    this.room = runtime.syncher.adopt(joined.communication, url, (value) =>
      isChecking ? v.parse(communicationSnapshotSchema, value) : (value as CommunicationSnapshot),
    );
    this.#runtime = runtime;
    this.#roomId = roomId;
  }

  /** Joins as the SDK does, in one flight, and answers the offer. Nothing is left of an attempt that fails. */
  static async join(options: SignallingOptions): Promise<SignallingParticipant> {
    const session = openSession(options);
    try {
      const joined = await askToJoin(session, options);
      const participant = new SignallingParticipant(session, joined, options);
      await participant.#answer(options.answer, joined.iceServers);
      return participant;
    } catch (thrown) {
      session.runtime.close();
      throw thrown;
    }
  }

  async #answer(answer: SignallingOptions['answer'], iceServers: readonly IceServer[]): Promise<void> {
    const { connectionDescription: offer, publishOn = {} } = this.server.data;
    if (offer === undefined) return;
    const sdp = await answer(offer.sdp, publishOn, iceServers);
    const { negotiation } = offer;
    const owner = this.#runtime.hypertyUrl('client');
    const peer = wellKnown.conference(this.#runtime.domain);
    this.#connection = this.#runtime.syncher.create<ConnectionData>({
      url: `connection://${this.#runtime.domain}/${this.#runtime.sessionId}/2`,
      reporter: owner,
      schema: 'Connection',
      name: this.#roomId,
      data: {
        scheme: 'connection',
        name: this.#roomId,
        owner,
        peer,
        inReplyTo: this.server.url,
        status: 'new',
        iceCandidates: [],
        connectionDescription: { type: 'answer', sdp, negotiation },
      },
    }).reporter;
    await this.#connection.inviteObserver(peer);
  }

  /** Says how tall others are on the screen. */
  want(wanted: NonNullable<ConnectionData['wanted']>): void {
    this.#connection?.set('wanted', wanted);
  }

  /** Everybody in the room by name, oneself included. */
  get names(): readonly string[] {
    return Object.values(this.room.data.participants).map(({ name }) => name);
  }

  /** Once media can flow, as the server says. */
  async untilConnected(): Promise<void> {
    await until(() => this.server.data.status === 'connected' || this.server.data.status === 'completed');
  }

  /** Asks something of the conference server. */
  async execute(method: string, params: object = {}): Promise<unknown> {
    const { domain, bus } = this.#runtime;
    const body = { method, params: { roomId: this.#roomId, ...params } };
    const from = this.#runtime.hypertyUrl('client');
    const { value } = await bus.request({ type: 'execute', from, to: wellKnown.conference(domain), body });
    return value;
  }

  /** Says goodbye, as the button *Leave* does. */
  async leave(): Promise<void> {
    await this.execute('leaveRoom');
    this.close();
  }

  /** Leaves by closing the socket. May be called more than once. */
  close(): void {
    this.#runtime.close();
  }
}

interface Session {
  readonly runtime: HypertyRuntime;
  readonly url: HypertyUrl;
  readonly wire: WireCount;
  readonly context: DataObjectReporter<ContextData>;
}

/** Everything in one flight, in the order in which the node handles it: session, address, object, observer. */
function openSession({
  serverUrl,
  domain,
  roomId,
  publications,
  requestTimeoutMs,
  onText = () => undefined,
}: SignallingOptions): Session {
  const wire: WireCount = { sentMessages: 0, sentBytes: 0, receivedMessages: 0, receivedBytes: 0 };
  const openLink = countedLink(serverUrl, wire, onText);
  const runtime = new HypertyRuntime({ domain, openLink, requestTimeoutMs });
  const url = runtime.hypertyUrl('client');
  const peer = wellKnown.conference(domain);
  // What is refused here is told again by the request to join.
  runtime.claim([url]).catch(() => undefined);
  const { reporter: context, allocated } = runtime.syncher.create<ContextData>({
    url: `context://${domain}/${runtime.sessionId}/1`,
    reporter: url,
    schema: 'Context',
    name: roomId,
    data: { scheme: 'context', name: roomId, owner: url, publications },
  });
  allocated.catch(() => undefined);
  context.addObserver(peer);
  return { runtime, url, wire, context };
}

async function askToJoin(
  { runtime, url, context }: Session,
  { roomId, name }: SignallingOptions,
): Promise<ResultOf<'joinRoom'>> {
  const body = { method: 'joinRoom', params: { roomId, name, context: context.snapshot() } };
  const to = wellKnown.conference(runtime.domain);
  const { value } = await runtime.bus.request({ type: 'execute', from: url, to, body });
  return v.parse(conferenceMethods.joinRoom.result, value);
}

function countedLink(serverUrl: string, wire: WireCount, onText: (text: string) => void) {
  const url = new URL('ws', serverUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  class CountedSocket extends WebSocket {
    constructor(address: string) {
      super(address);
      this.addEventListener('message', ({ data }) => {
        wire.receivedMessages += 1;
        wire.receivedBytes += Buffer.byteLength(String(data));
        onText(String(data));
      });
    }

    override send(text: string): void {
      wire.sentMessages += 1;
      wire.sentBytes += Buffer.byteLength(text);
      super.send(text);
    }
  }
  const webSocket: new (address: string) => WebSocketLike = CountedSocket;
  return openWebSocketLink({ url: url.href, webSocket });
}
