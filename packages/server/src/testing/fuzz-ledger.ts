/** What is owed for messages that were sent: which must be answered, and how often each was. */
import { ConferenceError, messageLimits, parseJson, splitAddress } from '@plenum/protocol';

/** The part of a message that says what is owed for it. */
export interface Header {
  readonly id: number;
  readonly type: unknown;
  readonly to: string;
}

type Debt = 'exactly one' | 'one at most' | 'nothing known';

interface Entry {
  readonly text: string;
  readonly to: string;
  exactly: number;
  atMost: number;
  answers: number;
}

/** Of one visitor, over however many sockets: what was asked over one may be answered over the next. */
export class Ledger {
  readonly #entries = new Map<number, Entry>();
  readonly #waiters = new Set<() => void>();
  #owed = 0;
  #isWaiting = false;

  /** Resolves when anything happened on any of the sockets, or after so many milliseconds. */
  news(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#waiters.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Something happened. */
  wake(): void {
    for (const wake of this.#waiters) wake();
    this.#waiters.clear();
  }

  /** @param header Undefined where the server can read none. */
  enter(text: string, header: Header | undefined): void {
    // What cannot be read is answered with id 0, so that nobody can tell what is owed for one that has it.
    if (header === undefined || header.id === 0) return;
    if (header.type === 'delete' && header.to.startsWith('domain://')) this.#forgiveOthers();
    const { id, to } = header;
    // Of who waits in a lobby every further request to join waits too, and is told so only with the next of the others.
    const debt = this.#isWaiting && isJoining(text) ? 'one at most' : debtFor(header);
    this.#change(id, this.#entries.get(id) ?? { text, to, exactly: 0, atMost: 0, answers: 0 }, (entry) => {
      if (debt === 'exactly one') entry.exactly += 1;
      entry.atMost += 1;
    });
  }

  #change(id: number, entry: Entry, change: (entry: Entry) => void): void {
    const before = owedBy(entry);
    change(entry);
    this.#entries.set(id, entry);
    this.#owed += owedBy(entry) - before;
  }

  /** An answer came. A provisional one says that it depends on others when the next comes. */
  count(id: number, code: number): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (code < 200 && isJoining(entry.text)) this.#waitWithJoining();
    this.#change(id, entry, (each) => {
      if (code < 200) each.exactly = 0;
      else each.answers += 1;
    });
  }

  #waitWithJoining(): void {
    this.#isWaiting = true;
    this.#forgiveWhere(({ text }) => isJoining(text));
  }

  answersTo(id: number): number {
    return this.#entries.get(id)?.answers ?? 0;
  }

  /** Who gives up its address gets no answer there any more, save those that the node itself gave before. */
  #forgiveOthers(): void {
    this.#forgiveWhere(({ to }) => !to.startsWith('domain://'));
  }

  /** A socket is gone, and who knows with it what. */
  forgive(): void {
    this.#forgiveWhere(() => true);
  }

  #forgiveWhere(isMeant: (entry: Entry) => boolean): void {
    for (const [id, entry] of this.#entries) {
      if (isMeant(entry)) this.#change(id, entry, (each) => (each.exactly = 0));
    }
  }

  /** How many answers are owed. */
  get owed(): number {
    return this.#owed;
  }

  /** Messages that wait for the answer that must come, and those that were answered more often than they were sent. */
  get wrongs(): readonly string[] {
    return [...this.#entries.values()].flatMap((entry) => {
      const text = shorten(entry.text);
      if (owedBy(entry) > 0) return [`not answered: ${text}`];
      return entry.answers > entry.atMost ? [`answered ${entry.answers} times: ${text}`] : [];
    });
  }
}

function owedBy({ exactly, answers }: Entry): number {
  return Math.max(0, exactly - answers);
}

function isJoining(text: string): boolean {
  return text.includes('"joinRoom"');
}

function shorten(text: string): string {
  return text.length < 600 ? text : `${text.slice(0, 600)}… (${text.length})`;
}

/** What the protocol promises: a request with a readable header is answered once, save what is published. */
function debtFor({ type, to }: Header): Debt {
  if (type === 'response' || isPublished(to)) return 'one at most';
  // Another client is owed nothing, and may be gone before it answers.
  const isOthers = /:\/\/localhost\/[0-9a-v]{26}(\/|$)/.test(to);
  return isOthers ? 'one at most' : 'exactly one';
}

export function isPublished(to: string): boolean {
  return to.endsWith('/changes') || to.endsWith('/registration');
}

/** What the server can read of a text; where it can read nothing it answers with id 0, and a run of that ends the socket. */
export function readHeader(text: string): Header | undefined {
  try {
    const { id, type, from, to } = parseJson(text, messageLimits) as Readonly<Record<string, unknown>>;
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
