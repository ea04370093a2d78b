/** A raw socket of a fuzzer: sends texts, counts what comes, and answers others as it is told to. */
import { WebSocket } from 'ws';
import { dig, type Json } from './fuzz-knowledge.ts';
import { type Header, isPublished, type Ledger, readHeader } from './fuzz-ledger.ts';

/** Of a machine that does other things too. */
const patienceMs = 30_000;

const decisionMs = 500;

/** How somebody else's request is answered. */
export type Manner = 'as asked' | 'declines' | 'in two steps' | 'late' | 'never' | 'twice' | 'nonsense';

export interface FuzzSessionOptions {
  readonly url: string;
  readonly localAddress?: string | undefined;
  /** Shared by the sockets of one visitor. */
  readonly ledger: Ledger;
  /** Of who took somebody else's session nothing is counted. */
  readonly isCounted?: boolean | undefined;
  readonly onMessage?: ((message: Json) => void) | undefined;
  /** What whoever observes its object is told who asks for it anew. */
  readonly describe?: ((url: string) => unknown) | undefined;
  /** One after the other, and again from the first. */
  readonly manners?: readonly Manner[] | undefined;
}

export class FuzzSession {
  readonly #socket: WebSocket;
  readonly #options: FuzzSessionOptions;
  readonly #ledger: Ledger;
  #late: object[] = [];
  #asked = 0;
  /** How often each answer came, by its code: 200, or the error's word; `joined`, `negotiated` and why it was `removed`. */
  readonly answers = new Map<string, number>();
  sentCount = 0;

  constructor(options: FuzzSessionOptions) {
    this.#options = options;
    const { url, localAddress = '127.0.0.1', ledger } = options;
    this.#ledger = ledger;
    // Packing costs, and the server's part of it is shown by the raw frames.
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}ws`, {
      localAddress,
      perMessageDeflate: false,
    });
    // What a socket has to say of its end, `isOpen` says.
    this.#socket.on('open', () => ledger.wake());
    this.#socket.on('error', () => ledger.wake());
    this.#socket.on('close', () => {
      ledger.forgive();
      ledger.wake();
    });
    this.#socket.on('message', (data) => this.#receive(JSON.parse(String(data)) as Json));
  }

  get #isCounted(): boolean {
    return this.#options.isCounted !== false;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async opened(): Promise<void> {
    while (this.#socket.readyState === WebSocket.CONNECTING) await this.#ledger.news(patienceMs);
  }

  /** Resolves when all that must be answered was, or when the socket is closed, or after as long as no answer takes. */
  async settled(): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.isOpen && this.#ledger.owed > 0 && performance.now() < deadline)
      await this.#ledger.news(patienceMs);
  }

  /** Resolves when the message with that id was answered, or when the socket is closed. */
  async answered(id: number): Promise<void> {
    while (this.isOpen && this.#ledger.answersTo(id) === 0) await this.#ledger.news(patienceMs);
  }

  /** Resolves when something was decided about an answer to an offer, or soon. */
  async decided(): Promise<void> {
    const deadline = performance.now() + decisionMs;
    const isDecided = () => [...this.answers.keys()].some((word) => /^(negotiated|removed)/.test(word));
    while (this.isOpen && !isDecided() && performance.now() < deadline) await this.#ledger.news(decisionMs);
  }

  /** @param header What the server will read of it, where that is known already. */
  send(text: string, header: Header | undefined = readHeader(text)): void {
    this.sentCount += 1;
    if (this.#isCounted) this.#ledger.enter(text, header);
    this.#socket.send(text);
  }

  #receive(message: Json): void {
    if (message['type'] === 'response') this.#count(message);
    else this.#handleRequest(message);
    this.#options.onMessage?.(message);
    this.#ledger.wake();
  }

  #count({ id, body }: Json): void {
    const { code, error, value } = body as { code: number; error?: { code: string }; value?: unknown };
    this.#tally(error?.code ?? String(code));
    if (dig(value, 'connection', 'data', 'connectionDescription', 'sdp') !== undefined) this.#tally('joined');
    if (this.#isCounted) this.#ledger.count(Number(id), code);
  }

  #tally(word: string): void {
    this.answers.set(word, (this.answers.get(word) ?? 0) + 1);
  }

  #handleRequest({ id, type, from, to, body }: Json): void {
    this.#note(String(from), type, body);
    if (isPublished(String(to))) return;
    const { manners = [], describe } = this.#options;
    const manner = manners[this.#asked++ % Math.max(1, manners.length)] ?? 'as asked';
    const value = type === 'read' ? describe?.(String(to)) : undefined;
    const reply = (answer: object) => ({ id, type: 'response', from: to, to: from, body: answer });
    const now = type === 'read' && manner !== 'nonsense' ? 'as asked' : manner;
    for (const { isLate, answer } of answersBy(now, value)) {
      if (isLate) this.#late.push(reply(answer));
      else this.#reply(reply(answer));
    }
  }

  #reply(message: object): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** Gives the answers that were put off. */
  catchUp(): void {
    for (const message of this.#late) this.#reply(message);
    this.#late = [];
  }

  #note(from: string, type: unknown, body: unknown): void {
    if (type === 'delete' && from.startsWith('comm:')) {
      this.#tally(`removed: ${String(dig(body, 'error', 'code') ?? 'left')}`);
    }
    if (!from.startsWith('connection://localhost/conference/')) return;
    // A further offer is made only to whose answer to the one before was taken.
    if (dig(body, 'attribute') === 'connectionDescription') this.#tally('negotiated');
  }

  close(how: 'politely' | 'suddenly'): void {
    if (how === 'politely') this.#socket.close(1000);
    else this.#socket.terminate();
  }
}

interface Answer {
  readonly isLate: boolean;
  readonly answer: object;
}

function answersBy(manner: Manner, value: unknown): readonly Answer[] {
  const now = (answer: object): Answer => ({ isLate: false, answer });
  const late = (answer: object): Answer => ({ isLate: true, answer });
  const yes = { code: 200, ...(value === undefined ? {} : { value }) };
  const no = {
    code: 403,
    description: 'I am busy.',
    error: { code: 'declined', retryable: false },
  };
  switch (manner) {
    case 'as asked':
      return [now(yes)];
    case 'declines':
      return [now(no)];
    case 'in two steps':
      return [now({ code: 102 }), late(yes)];
    case 'late':
      return [late(no)];
    case 'twice':
      return [now(yes), now(no)];
    case 'nonsense':
      return [
        now({ code: '299', value: [null], error: { code: 'x'.repeat(60), retryable: true } }),
        late(yes),
      ];
    case 'never':
      return [];
  }
}
