/**
 * An outside encoder in a room (RFC 9725): a hyperty in this process speaks for it, by a session like anybody's. So the rules for
 * who comes in, limits, moderation and the end are those of everybody, and the room sees a participant like any other.
 */
import {
  type Clock,
  type DataObjectObserver,
  type DataObjectReporter,
  HypertyRuntime,
  SerialQueue,
} from '@plenum/hyperty';
import { offeredSources } from '@plenum/media';
import type { MessagingNode } from '@plenum/messaging-node';
import {
  type CommunicationSnapshot,
  ConferenceError,
  type ConnectionData,
  type ConnectionSnapshot,
  type ContextData,
  conferenceMethods,
  displayNameSchema,
  type HypertyUrl,
  type IceServer,
  type Publications,
  type ResultOf,
  type RoomId,
  wellKnown,
} from '@plenum/protocol';
import * as v from 'valibot';
import type { LinkRequest, OfferedLink } from '../http/offered/offered-link.ts';

export interface EncoderContext {
  readonly node: Pick<MessagingNode, 'openLink'>;
  readonly domain: string;
  readonly clock: Clock;
}

/** What others see of who has no name. */
const unnamed = 'Encoder';

/** Milliseconds for the conference server, in the same process, to bring new credentials. */
const restartWithinMs = 5_000;

/** Joins a room with an offer. @throws ConferenceError whatever keeps it out, `invalid-offer`, `unsupported-media`. */
export async function openEncoder(context: EncoderContext, request: LinkRequest): Promise<OfferedLink> {
  const sources = offeredSources(request.offer);
  const publications = Object.fromEntries(sources.map((source) => [source, { muted: false }]));
  const session = await openSession(context, request, publications);
  try {
    const joined = await join(session, request);
    return new Encoder(session, joined, request);
  } catch (thrown) {
    session.runtime.close();
    throw thrown;
  }
}

interface Session {
  readonly runtime: HypertyRuntime;
  readonly url: HypertyUrl;
  readonly conference: HypertyUrl;
  readonly context: DataObjectReporter<ContextData>;
}

async function openSession(
  { node, domain, clock }: EncoderContext,
  { roomId, accessToken, origin, onEnded }: LinkRequest,
  publications: Publications,
): Promise<Session> {
  const runtime = new HypertyRuntime({
    domain,
    clock,
    openLink: node.openLink({ origin }),
    accessToken,
    onClosed: onEnded,
  });
  const url = runtime.hypertyUrl('encoder');
  try {
    await runtime.opened;
    await runtime.claim([url]);
    const { reporter: context, allocated } = runtime.syncher.create<ContextData>({
      url: `context://${domain}/${runtime.sessionId}/1`,
      reporter: url,
      schema: 'Context',
      name: roomId,
      data: { scheme: 'context', name: roomId, owner: url, publications },
    });
    await allocated;
    const conference = wellKnown.conference(domain);
    context.addObserver(conference);
    return { runtime, url, conference, context };
  } catch (thrown) {
    runtime.close();
    throw thrown;
  }
}

async function join(
  { runtime, url, conference, context }: Session,
  { roomId, name, offer }: LinkRequest,
): Promise<ResultOf<'joinRoom'>> {
  const named = v.safeParse(displayNameSchema, name ?? unnamed);
  if (!named.success) throw new ConferenceError('bad-request', 'A name has 1 to 80 characters.');
  const params = { roomId, name: named.output, context: context.snapshot(), offer };
  const body = { method: 'joinRoom', params };
  const { value } = await runtime.bus.request({ type: 'execute', from: url, to: conference, body });
  return v.parse(conferenceMethods.joinRoom.result, value);
}

class Encoder implements OfferedLink {
  readonly answer: string;
  readonly iceServers: readonly IceServer[];
  readonly #session: Session;
  readonly #roomId: RoomId;
  /** The conference server's half of the link, and our own. */
  readonly #server: DataObjectObserver<ConnectionData>;
  readonly #own: DataObjectReporter<ConnectionData>;
  readonly #restarting = new SerialQueue();
  #restarts = 0;
  #leaving: Promise<void> | undefined;

  constructor(
    session: Session,
    { connection, communication, iceServers }: ResultOf<'joinRoom'>,
    request: LinkRequest,
  ) {
    const description = connection?.data.connectionDescription;
    if (connection === undefined || description === undefined) throw new ConferenceError('internal');
    const { runtime, url } = session;
    const { roomId, offer } = request;
    this.#session = session;
    this.#roomId = roomId;
    this.answer = description.sdp;
    this.iceServers = iceServers;
    // What comes from this very process need not be checked at every change.
    this.#server = runtime.syncher.adopt(connection, url, (value) => value as ConnectionSnapshot);
    const room = runtime.syncher.adopt(communication, url, (value) => value as CommunicationSnapshot);
    for (const object of [this.#server, room]) object.on('deleted', () => runtime.close());
    this.#own = this.#reportOwn(connection.url, offer);
  }

  #reportOwn(inReplyTo: string, sdp: string): DataObjectReporter<ConnectionData> {
    const { runtime, url, conference } = this.#session;
    const { reporter } = runtime.syncher.create<ConnectionData>({
      url: `connection://${runtime.domain}/${runtime.sessionId}/2`,
      reporter: url,
      schema: 'Connection',
      name: this.#roomId,
      data: {
        scheme: 'connection',
        name: this.#roomId,
        owner: url,
        peer: conference,
        inReplyTo,
        status: 'new',
        iceCandidates: [],
        connectionDescription: { type: 'offer', sdp, negotiation: 1 },
      },
    });
    // Refused only where the link has ended meanwhile, which is seen by the server's half.
    reporter.inviteObserver(conference).catch(() => undefined);
    return reporter;
  }

  restartIce(): Promise<string> {
    return this.#restarting.run(() => this.#restartIce());
  }

  async #restartIce(): Promise<string> {
    const { runtime } = this.#session;
    if (runtime.state === 'closed') throw new ConferenceError('closed');
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const before = this.#server.data.connectionDescription?.negotiation ?? 0;
    const stopListening = this.#server.on('changed', ({ connectionDescription }) => {
      if (connectionDescription === undefined || connectionDescription.negotiation <= before) return;
      resolve(connectionDescription.sdp);
    });
    const stopTimer = runtime.clock.after(restartWithinMs, () => reject(new ConferenceError('timeout')));
    try {
      this.#restarts += 1;
      this.#own.set('iceRestart', this.#restarts);
      return await promise;
    } finally {
      stopListening();
      stopTimer();
    }
  }

  close(): Promise<void> {
    this.#leaving ??= this.#leave();
    return this.#leaving;
  }

  async #leave(): Promise<void> {
    const { runtime, url, conference } = this.#session;
    const body = { method: 'leaveRoom', params: { roomId: this.#roomId } };
    try {
      await runtime.bus.request({ type: 'execute', from: url, to: conference, body });
    } catch (thrown) {
      // It is out of the room already: what was wanted.
      if (!(thrown instanceof ConferenceError)) throw thrown;
    } finally {
      runtime.close();
    }
  }
}
