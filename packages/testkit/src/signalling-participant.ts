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
  type ConnectionData,
  communicationSnapshotSchema,
  conferenceMethods,
  connectionSnapshotSchema,
  type HypertyUrl,
  type ParticipantId,
  type Publications,
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
  /** Answers the server's offer. */
  readonly answer: (offer: string) => Promise<string>;
}

export class SignallingParticipant {
  readonly id: ParticipantId;
  readonly wire: WireCount;
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly server: DataObjectObserver<ConnectionData>;
  readonly room: DataObjectObserver<CommunicationData>;
  readonly #runtime: HypertyRuntime;

  private constructor(parts: {
    readonly id: ParticipantId;
    readonly wire: WireCount;
    readonly connection: DataObjectReporter<ConnectionData>;
    readonly server: DataObjectObserver<ConnectionData>;
    readonly room: DataObjectObserver<CommunicationData>;
    readonly runtime: HypertyRuntime;
  }) {
    this.id = parts.id;
    this.wire = parts.wire;
    this.connection = parts.connection;
    this.server = parts.server;
    this.room = parts.room;
    this.#runtime = parts.runtime;
  }

  /** Joins as the SDK does, in one flight, and answers the offer. */
  static async join(options: SignallingOptions): Promise<SignallingParticipant> {
    const { domain, roomId, name } = options;
    const wire: WireCount = { sentMessages: 0, sentBytes: 0, receivedMessages: 0, receivedBytes: 0 };
    const runtime = new HypertyRuntime({ domain, openLink: countedLink(options.serverUrl, wire) });
    const client = runtime.hypertyUrl('client');
    const conference = wellKnown.conference(domain);
    const claimed = runtime.claim([client]);
    const connection = reportConnection(runtime, client, conference, options);
    const body = { method: 'joinRoom', params: { roomId, name, connection: connection.snapshot() } };
    const asked = runtime.bus.request({ type: 'execute', from: client, to: conference, body });
    const [{ value }] = await Promise.all([asked, claimed, runtime.opened]);
    const joined = v.parse(conferenceMethods.joinRoom.result, value);
    const parseConnection = (snapshot: unknown) => v.parse(connectionSnapshotSchema, snapshot);
    const parseRoom = (snapshot: unknown) => v.parse(communicationSnapshotSchema, snapshot);
    const server = runtime.syncher.adopt(joined.connection, client, parseConnection);
    const room = runtime.syncher.adopt(joined.communication, client, parseRoom);
    const sdp = await options.answer(server.data.connectionDescription?.sdp ?? '');
    connection.set('connectionDescription', { type: 'answer', sdp, negotiation: 1 });
    return new SignallingParticipant({
      id: joined.participantId,
      wire,
      connection,
      server,
      room,
      runtime,
    });
  }

  /** Once media can flow, as the server says. */
  async untilConnected(): Promise<void> {
    await until(() => this.server.data.status === 'connected' || this.server.data.status === 'completed');
  }

  /** Leaves by closing the socket. May be called more than once. */
  close(): void {
    this.#runtime.close();
  }
}

function reportConnection(
  runtime: HypertyRuntime,
  client: HypertyUrl,
  conference: HypertyUrl,
  { domain, roomId, publications }: SignallingOptions,
): DataObjectReporter<ConnectionData> {
  const { reporter, allocated } = runtime.syncher.create<ConnectionData>({
    url: `connection://${domain}/${runtime.sessionId}/1`,
    reporter: client,
    schema: 'Connection',
    name: roomId,
    data: {
      scheme: 'connection',
      name: roomId,
      owner: client,
      peer: conference,
      status: 'new',
      iceCandidates: [],
      publications,
    },
  });
  // A refusal shows in the request to join, which needs the address.
  allocated.catch(() => undefined);
  reporter.addObserver(conference);
  return reporter;
}

function countedLink(serverUrl: string, wire: WireCount) {
  const url = new URL('ws', serverUrl);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  class CountedSocket extends WebSocket {
    constructor(address: string) {
      super(address);
      this.addEventListener('message', ({ data }) => {
        wire.receivedMessages += 1;
        wire.receivedBytes += Buffer.byteLength(String(data));
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
