/** A raw socket that counts: which messages must be answered, and how often each was. */
import { ConferenceError, messageLimits, parseJson, splitAddress } from '@plenum/protocol';
import { WebSocket } from 'ws';

/** What is owed for a message that was sent. */
export type Debt = 'exactly one' | 'one at most' | 'nothing known';

interface Sent {
  readonly text: string;
  readonly to: string;
  exactly: number;
  atMost: number;
  answers: number;
}

/** Of a machine that does other things too. */
const patienceMs = 30_000;

const decisionMs = 500;

type Json = Readonly<Record<string, unknown>>;

export class FuzzSession {
  readonly #socket: WebSocket;
  readonly #sent = new Map<number, Sent>();
  readonly #waiters = new Set<() => void>();
  readonly #offers: string[] = [];
  /** How often each answer came, by its code: 200, or the error's word; `joined`, `negotiated` and why it was `removed`. */
  readonly answers = new Map<string, number>();
  sentCount = 0;
  /** What whoever observes its object is told who asks for it anew. */
  describe: () => unknown = () => undefined;

  constructor(url: string, localAddress = '127.0.0.1') {
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}ws`, { localAddress });
    // What a socket has to say of its end, `isOpen` says.
    this.#socket.on('open', () => this.#wake());
    this.#socket.on('error', () => this.#wake());
    this.#socket.on('close', () => this.#wake());
    this.#socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Json));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The offers that came in answers to `joinRoom`. */
  get offers(): readonly string[] {
    return this.#offers;
  }

  async opened(): Promise<void> {
    while (this.#socket.readyState === WebSocket.CONNECTING) await this.#news();
  }

  /** Resolves when all that must be answered was, or when the socket is closed, or after as long as no answer takes. */
  async settled(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.isOpen && this.unanswered.length > 0 && performance.now() < deadline) await this.#news();
  }

  /** Resolves when the message with that id was answered, or when the socket is closed. */
  async answered(id: number): Promise<void> {
    while (this.isOpen && (this.#sent.get(id)?.answers ?? 0) === 0) await this.#news();
  }

  /** Resolves when something was decided about an answer to an offer, or soon. */
  async decided(): Promise<void> {
    const deadline = performance.now() + decisionMs;
    const isDecided = () => [...this.answers.keys()].some((word) => /^(negotiated|removed)/.test(word));
    while (this.isOpen && !isDecided() && performance.now() < deadline) await this.#news(decisionMs);
  }

  #news(waitMs = patienceMs): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#waiters.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  send(text: string, debt = owedFor(text)): void {
    this.sentCount += 1;
    const { id, type, to = '' } = readHeader(text) ?? { id: 0 };
    if (type === 'delete' && to.startsWith('domain://')) this.#forgive();
    const entry = this.#sent.get(id) ?? { text, to, exactly: 0, atMost: 0, answers: 0 };
    if (debt === 'exactly one') entry.exactly += 1;
    entry.atMost += 1;
    this.#sent.set(id, entry);
    this.#socket.send(text);
  }

  /** Who gives up its address gets no answer there any more, save those that the node itself gave before. */
  #forgive(): void {
    for (const entry of this.#sent.values()) if (!entry.to.startsWith('domain://')) entry.exactly = 0;
  }

  /** Messages that still wait for the answer that must come. */
  get unanswered(): readonly string[] {
    return [...this.#sent.values()]
      .filter(({ exactly, answers }) => answers < exactly)
      .map(({ text }) => text);
  }

  /** Messages that were answered more often than they were sent. */
  get overanswered(): readonly string[] {
    return [...this.#sent.values()].filter(({ atMost, answers }) => answers > atMost).map(({ text }) => text);
  }

  #receive(message: Json): void {
    if (message['type'] === 'response') this.#count(message);
    else this.#reply(message);
    this.#wake();
  }

  #count({ id, body }: Json): void {
    const { code, error, value } = body as { code: number; error?: { code: string }; value?: unknown };
    const word = error?.code ?? String(code);
    this.#tally(word);
    const offer = (
      value as { connection?: { data?: { connectionDescription?: { sdp?: string } } } } | undefined
    )?.connection?.data?.connectionDescription?.sdp;
    if (offer !== undefined) {
      this.#offers.push(offer);
      this.#tally('joined');
    }
    const entry = this.#sent.get(Number(id));
    if (entry !== undefined) entry.answers += 1;
  }

  #tally(word: string): void {
    this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
  }

  /** Somebody else's request is answered, as a client would; what is published is not. */
  #reply({ id, from, to, ...rest }: Json): void {
    if (isPublished(String(to))) return this.#note(String(from), rest);
    const value = rest['type'] === 'read' ? this.describe() : undefined;
    const reply = { id, type: 'response', from: to, to: from, body: { code: 200, value } };
    if (this.isOpen) this.#socket.send(JSON.stringify(reply));
  }

  #note(from: string, { type, body }: Json): void {
    const { attribute, value, error } = body as {
      attribute?: string;
      value?: unknown;
      error?: { code: string };
    };
    const isServerConnection = from.startsWith('connection://localhost/conference/');
    if (isServerConnection && type === 'delete') this.#tally(`removed: ${error?.code ?? 'left'}`);
    if (from.startsWith('comm:') && attribute?.endsWith('.status') && value === 'live')
      this.#tally('negotiated');
  }

  #wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  close(how: 'politely' | 'suddenly'): void {
    if (how === 'politely') this.#socket.close(1000);
    else this.#socket.terminate();
  }
}

/** What the protocol promises: a request with a readable header is answered once, save what is published. */
function owedFor(text: string): Debt {
  const header = readHeader(text);
  // Answered too, with id 0; a run of them ends the socket.
  if (header === undefined) return 'nothing known';
  if (header.type === 'response' || isPublished(header.to)) return 'one at most';
  // Another client is owed nothing, and may be gone before it answers.
  const isOthers = /:\/\/localhost\/[0-9a-v]{26}(\/|$)/.test(header.to);
  return isOthers ? 'one at most' : 'exactly one';
}

function readHeader(
  text: string,
): { readonly id: number; readonly type: unknown; readonly to: string } | undefined {
  try {
    const { id, type, from, to } = parseJson(text, messageLimits) as Json;
    const isReadable = Number.isSafeInteger(id) && Number(id) >= 0 && isAddress(from) && isAddress(to);
    return isReadable ? { id: Number(id), type, to: String(to) } : undefined;
  } catch (thrown) {
    if (thrown instanceof ConferenceError || thrown instanceof TypeError) return undefined;
    throw thrown;
  }
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && splitAddress(value) !== undefined;
}

function isPublished(to: string): boolean {
  return to.endsWith('/changes') || to.endsWith('/registration');
}
