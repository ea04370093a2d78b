/**
 * A participant without a browser: real signalling over a WebSocket, real SDP, and a peer of the load client for the
 * media. Knows nothing of the test runner, so that load programs use it too; whoever makes one has to leave with it.
 */
import {
  type DataObjectObserver,
  type DataObjectReporter,
  HypertyRuntime,
  openWebSocketLink,
} from '@plenum/hyperty';
import {
  type CommunicationData,
  type ConferenceError,
  type ConnectionData,
  communicationSnapshotSchema,
  conferenceMethods,
  connectionSnapshotSchema,
  type HypertyUrl,
  type ParticipantId,
  type ResultOf,
  randomWord,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { LoadClient } from '../../bench/load-client/load-client.ts';
import type { NativePeer, PeerSettings, PeerStats } from '../../bench/load-client/native-peer.ts';
import type { PublishTrack } from '../../bench/load-client/sdp/sender-plan.ts';

export interface NativeParticipantOptions {
  /** Where the server's page is, such as `http://localhost:8080`. */
  readonly serverUrl: string;
  /** Of the server's addresses; what comes after `hyperty://`. */
  readonly domain?: string;
  readonly room: string;
  readonly name: string;
  /** Of the program that sends and receives the media. */
  readonly loadClient: LoadClient;
  /** Looks like a small camera unless given; `false` publishes none. Its m-line is found here. */
  readonly camera?: Omit<PublishTrack, 'kind' | 'mid'> | false;
  readonly microphone?: Omit<PublishTrack, 'kind' | 'mid'> | false;
  readonly peer?: PeerSettings;
  readonly requestTimeoutMs?: number;
}

/** Five small frames a second in each layer: enough to be counted, little to send. */
const smallCamera: Omit<PublishTrack, 'kind' | 'mid'> = {
  simulcast: true,
  shape: { framesPerSecond: 5, packetsPerFrame: 1, payloadMin: 200, payloadMax: 300 },
};

type Joined = ResultOf<'joinRoom'>;

export class NativeParticipant {
  readonly name: string;
  readonly id: ParticipantId;
  readonly peer: NativePeer;
  /** The room's public state. */
  readonly room: DataObjectObserver<CommunicationData>;
  /** The server's half of the link: the offer, and who is in which slot. */
  readonly server: DataObjectObserver<ConnectionData>;
  /** The own half, which can be changed as a client changes it: `publications`, `wanted`. */
  readonly connection: DataObjectReporter<ConnectionData>;
  readonly #runtime: HypertyRuntime;
  readonly #url: HypertyUrl;
  readonly #roomName: string;

  private constructor(session: Session, options: NativeParticipantOptions, joined: Joined) {
    const { runtime, url, connection } = session;
    this.name = options.name;
    this.id = joined.participantId;
    this.peer = options.loadClient.createPeer();
    this.connection = connection;
    this.room = runtime.syncher.adopt(joined.communication, url, (value) =>
      v.parse(communicationSnapshotSchema, value),
    );
    this.server = runtime.syncher.adopt(joined.connection, url, (value) =>
      v.parse(connectionSnapshotSchema, value),
    );
    this.#runtime = runtime;
    this.#url = url;
    this.#roomName = options.room;
  }

  /** Resolves when media may flow. Nothing is left of an attempt that fails. */
  static async join(options: NativeParticipantOptions): Promise<NativeParticipant> {
    const session = openSession(options);
    let participant: NativeParticipant | undefined;
    try {
      const joined = await askToJoin(session, options);
      participant = new NativeParticipant(session, options, joined);
      await participant.#answer(options);
      await participant.peer.waitFor('connected', 30_000);
      return participant;
    } catch (thrown) {
      session.runtime.close();
      await participant?.peer.close();
      throw thrown;
    }
  }

  async #answer({ camera = smallCamera, microphone = {}, peer }: NativeParticipantOptions): Promise<void> {
    const { connectionDescription: offer, publishOn = {} } = this.server.data;
    if (offer === undefined) throw new Error('the server made no offer');
    const publish: PublishTrack[] = [
      ...trackOn(publishOn['microphone'], 'audio', microphone),
      ...trackOn(publishOn['camera'], 'video', camera),
    ];
    const sdp = await this.peer.answerOffer(offer.sdp, { publish, ...peer });
    const { negotiation } = offer;
    this.connection.set('connectionDescription', { type: 'answer', sdp, negotiation });
  }

  /** Everybody in the room by name, oneself included. */
  get names(): readonly string[] {
    return Object.values(this.room.data.participants).map(({ name }) => name);
  }

  /** Why the server ended the stay; undefined while it lasts. */
  onEnded(listener: (reason: ConferenceError | undefined) => void): void {
    this.server.on('deleted', listener);
  }

  stats(): Promise<PeerStats> {
    return this.peer.stats();
  }

  /** Says goodbye, as the button *Leave* does. */
  async leave(): Promise<void> {
    const to = wellKnown.conference(this.#runtime.domain);
    const body = { method: 'leaveRoom', params: { roomId: this.#roomName } };
    await this.#runtime.bus.request({ type: 'execute', from: this.#url, to, body });
    await this.vanish();
  }

  /** Is gone without a word, as a closed tab. */
  async vanish(): Promise<void> {
    this.#runtime.close();
    await this.peer.close();
  }
}

interface Session {
  readonly runtime: HypertyRuntime;
  readonly url: HypertyUrl;
  readonly connection: DataObjectReporter<ConnectionData>;
}

/** Everything in one flight, in the order in which the node handles it: session, address, object, observer. */
function openSession({
  serverUrl,
  domain = 'localhost',
  room,
  camera,
  microphone,
  requestTimeoutMs,
}: NativeParticipantOptions): Session {
  const socketUrl = new URL('ws', `${serverUrl}/`.replace(/\/+$/, '/'));
  socketUrl.protocol = socketUrl.protocol === 'https:' ? 'wss:' : 'ws:';
  const runtime = new HypertyRuntime({
    domain,
    openLink: openWebSocketLink({ url: socketUrl.href }),
    requestTimeoutMs,
  });
  const url = runtime.hypertyUrl('client');
  const peer = wellKnown.conference(domain);
  // What is refused here is told again by the request to join.
  runtime.claim([url]).catch(() => undefined);
  const { reporter: connection, allocated } = runtime.syncher.create<ConnectionData>({
    url: `connection://${domain}/${runtime.sessionId}/${randomWord(8)}`,
    reporter: url,
    schema: 'Connection',
    name: room,
    data: {
      scheme: 'connection',
      name: room,
      owner: url,
      peer,
      status: 'new',
      iceCandidates: [],
      publications: { microphone: { muted: microphone === false }, camera: { muted: camera === false } },
    },
  });
  allocated.catch(() => undefined);
  connection.addObserver(peer);
  return { runtime, url, connection };
}

async function askToJoin(
  { runtime, url, connection }: Session,
  { room, name }: NativeParticipantOptions,
): Promise<Joined> {
  const params = { roomId: room, name, connection: connection.snapshot() };
  const to = wellKnown.conference(runtime.domain);
  const body = { method: 'joinRoom', params };
  const { value } = await runtime.bus.request({ type: 'execute', from: url, to, body });
  return v.parse(conferenceMethods.joinRoom.result, value);
}

function trackOn(
  mid: string | undefined,
  kind: PublishTrack['kind'],
  track: Omit<PublishTrack, 'kind' | 'mid'> | false,
): readonly PublishTrack[] {
  return mid === undefined || track === false ? [] : [{ ...track, kind, mid }];
}
