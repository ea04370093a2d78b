/**
 * The world in which a sandboxed hyperty lives. `createRealm` is evaluated, from its own source text, inside a fresh
 * JavaScript realm before the hyperty's code is; so it must not refer to anything outside itself. Whatever the hyperty
 * gets hold of was made in there: of the outside it sees texts only.
 */

/** What the thread outside calls. It gives and gets texts, and what was made inside. */
export interface Realm {
  /** Begins the hyperty whose module was evaluated. */
  start(module: object, url: string, configuration: string): void;
  /** Takes a message from the host: `result`, `refusal`, `message` or `close`. */
  receive(text: string): void;
  /** Words for something that was thrown inside. */
  describe(thrown: unknown): string;
  /** What `import()` rejects with: an error made outside would be a way there. */
  importRefusal(): unknown;
}

/**
 * `post` answers with an error code where it refuses; `tell` is for the realm's own words, which cost the hyperty
 * nothing.
 */
export function createRealm(post: (text: string) => string | undefined, tell: (text: string) => void): Realm {
  type Body = Readonly<Record<string, unknown>>;
  type Listener = (message: unknown) => unknown;
  interface Incoming {
    readonly kind: 'result' | 'refusal' | 'message' | 'close';
    readonly call?: number;
    readonly body?: Body;
    readonly error?: { readonly code: string; readonly message: string };
    readonly address?: string;
    readonly message?: unknown;
  }

  const { stringify, parse } = JSON;
  const pending = new Map<number, { resolve(body: unknown): void; reject(thrown: unknown): void }>();
  const listeners = new Map<string, Listener>();
  let calls = 0;
  let close: (() => unknown) | undefined;

  const failure = (error: { readonly code: string; readonly message: string }) =>
    Object.assign(new Error(error.message), error);

  // An error of the outside, such as when the stack is full there, must not get in: it would be a way out.
  const cross = (text: string): string | undefined => {
    try {
      return post(text);
    } catch {
      return 'internal';
    }
  };

  const say = (message: Body) => {
    const code = cross(stringify(message));
    if (code !== undefined) throw failure({ code, message: 'The message was not sent.' });
  };

  const describe = (thrown: unknown): string => {
    try {
      const { name, message } = thrown as { name?: unknown; message?: unknown };
      return `${String(name ?? 'Error')}: ${String(message ?? thrown)}`.slice(0, 500);
    } catch {
      return 'Something was thrown that has no words.';
    }
  };

  const answer = async (call: number | undefined, listener: Listener, message: unknown) => {
    try {
      const body = await listener(message);
      if (call !== undefined) say({ kind: 'answer', call, body });
    } catch (thrown) {
      const { code } = thrown as { readonly code?: unknown };
      const known = typeof code === 'string' ? code.slice(0, 64) : undefined;
      if (call === undefined) say({ kind: 'trouble', message: describe(thrown) });
      else say({ kind: 'refuse', call, code: known, message: describe(thrown) });
    }
  };

  const settle = ({ kind, call = -1, body, error }: Incoming) => {
    const waiting = pending.get(call);
    pending.delete(call);
    if (kind === 'result') waiting?.resolve(body);
    else waiting?.reject(failure(error ?? { code: 'internal', message: '' }));
  };

  const handle = (incoming: Incoming) => {
    const { kind, call, address = '', message } = incoming;
    if (kind === 'result' || kind === 'refusal') return settle(incoming);
    if (kind === 'close') {
      const told = () => tell(stringify({ kind: 'closed' }));
      new Promise((resolve) => resolve(close?.())).then(told, told);
      return;
    }
    const listener = listeners.get(address);
    // What cannot be said any more is not said: whoever asked learns it by their timeout.
    if (listener !== undefined) answer(call, listener, message).catch(() => undefined);
  };

  const bus = Object.freeze({
    send: (message: unknown) => say({ kind: 'send', message }),
    request: (message: unknown, options?: { readonly timeoutMs?: number }) =>
      new Promise((resolve, reject) => {
        const call = calls++;
        say({ kind: 'request', call, message, timeoutMs: options?.timeoutMs });
        pending.set(call, { resolve, reject });
      }),
    listen: (address: string, listener: Listener) => {
      if (listeners.has(address))
        throw failure({ code: 'address-taken', message: 'Somebody listens there.' });
      say({ kind: 'listen', address });
      listeners.set(address, listener);
      return () => {
        if (listeners.get(address) !== listener) return;
        listeners.delete(address);
        say({ kind: 'unlisten', address });
      };
    },
  });

  const activate = async (
    { default: begin }: { default?: (...args: readonly unknown[]) => unknown },
    url: string,
    configuration: string,
  ) => {
    if (typeof begin !== 'function') throw new TypeError('The module has no function as its default export.');
    const activated = (await begin(url, bus, parse(configuration))) as
      | { readonly name?: unknown; close?(): unknown }
      | undefined;
    close = activated?.close?.bind(activated);
    tell(stringify({ kind: 'ready', name: String(activated?.name ?? '').slice(0, 128) }));
  };

  // What is not plain computing goes: memory outside the heap, threads, compilers, watching the collector, locales.
  const kept =
    'Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp ' +
    'Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis ' +
    'JSON Math Map BigInt Set Iterator WeakMap WeakSet Proxy Reflect decodeURI decodeURIComponent encodeURI ' +
    'encodeURIComponent isFinite isNaN DisposableStack AsyncDisposableStack';
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!kept.split(' ').includes(name)) Reflect.deleteProperty(globalThis, name);
  }
  // Stacks would name files of the host.
  Object.defineProperty(Error, 'stackTraceLimit', { value: 0, writable: false, configurable: false });
  Object.defineProperty(Error, 'prepareStackTrace', {
    value: undefined,
    writable: false,
    configurable: false,
  });

  return {
    start: (module, url, configuration) => {
      activate(module, url, configuration).catch((thrown: unknown) =>
        tell(stringify({ kind: 'failed', message: describe(thrown) })),
      );
    },
    // In a job of its own, so that nothing of the thread outside is on the stack.
    receive: (text) => void Promise.resolve().then(() => handle(parse(text) as Incoming)),
    describe,
    importRefusal: () => new TypeError('A sandboxed hyperty imports nothing.'),
  };
}
