// As much of Janus's WebSocket API as a video room needs: sessions, handles, messages with SDP.
export interface Jsep {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}

/** What this bench reads of a video room's replies. */
export interface RoomReply {
  readonly id?: number;
  readonly error?: string;
  readonly participants?: readonly { readonly publisher: boolean }[];
}

export interface JanusEvent {
  readonly data: RoomReply;
  readonly jsep?: Jsep;
}

interface Incoming {
  readonly janus: string;
  readonly transaction?: string;
  readonly data?: { readonly id: number };
  readonly plugindata?: { readonly data: RoomReply };
  readonly jsep?: Jsep;
  readonly error?: { readonly code: number; readonly reason: string };
}

type Answered = (message: Incoming) => void;

// Janus ends sessions that are silent for 60 s.
const keepAliveMs = 20_000;
const requestTimeoutMs = 30_000;

export class JanusSession {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, Answered>();
  #nextTransaction = 1;
  #id = 0;
  #keepAlive: NodeJS.Timeout | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => this.#handle(JSON.parse(String(data)) as Incoming));
  }

  static async open(url: string): Promise<JanusSession> {
    const socket = new WebSocket(url, 'janus-protocol');
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error(`${url} does not answer`)), { once: true });
    });
    const session = new JanusSession(socket);
    const created = await session.#request({ janus: 'create' });
    session.#id = created.data?.id ?? 0;
    session.#keepAlive = setInterval(() => session.#sendKeepAlive(), keepAliveMs);
    return session;
  }

  async attach(plugin: string): Promise<JanusHandle> {
    const attached = await this.#request({ janus: 'attach', plugin });
    return new JanusHandle(attached.data?.id ?? 0, async (handle, body, jsep) => {
      const message = { janus: 'message', handle_id: handle, body, ...(jsep ? { jsep } : {}) };
      const { plugindata, jsep: returned } = await this.#request(message);
      const data: RoomReply = plugindata?.data ?? {};
      if (data.error !== undefined) throw new Error(`janus: ${data.error}`);
      return { data, ...(returned ? { jsep: returned } : {}) };
    });
  }

  close(): void {
    clearInterval(this.#keepAlive);
    this.#socket.close();
  }

  #sendKeepAlive(): void {
    this.#socket.send(JSON.stringify({ janus: 'keepalive', session_id: this.#id, transaction: 'keepalive' }));
  }

  async #request(body: Readonly<Record<string, unknown>>): Promise<Incoming> {
    const transaction = String(this.#nextTransaction++);
    const answered = Promise.withResolvers<Incoming>();
    this.#pending.set(transaction, answered.resolve);
    const timer = setTimeout(() => answered.reject(new Error('janus does not answer')), requestTimeoutMs);
    this.#socket.send(
      JSON.stringify({ ...body, transaction, ...(this.#id ? { session_id: this.#id } : {}) }),
    );
    try {
      const message = await answered.promise;
      if (message.error) throw new Error(`janus: ${message.error.reason}`);
      return message;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(transaction);
    }
  }

  #handle(message: Incoming): void {
    // An asynchronous request is acknowledged first; its result comes as an event.
    if (message.janus === 'ack') return;
    if (message.transaction !== undefined) this.#pending.get(message.transaction)?.(message);
  }
}

type SendMessage = (
  handle: number,
  body: Readonly<Record<string, unknown>>,
  jsep?: Jsep,
) => Promise<JanusEvent>;

export class JanusHandle {
  readonly #id: number;
  readonly #send: SendMessage;

  constructor(id: number, send: SendMessage) {
    this.#id = id;
    this.#send = send;
  }

  async message(body: Readonly<Record<string, unknown>>, jsep?: Jsep): Promise<JanusEvent> {
    return this.#send(this.#id, body, jsep);
  }
}
