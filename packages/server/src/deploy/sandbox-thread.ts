/**
 * The worker thread of a sandboxed hyperty: makes a realm with nothing in it, evaluates the hyperty's module there, and
 * passes texts between it and the host. Its process is the hyperty's own, see worker-sandbox.ts.
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { type Context, createContext, constants as realms, Script, SourceTextModule } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import type { Start, ToSandbox } from './sandbox-messages.ts';
import { createRealm, type Realm } from './sandbox-realm.ts';

if (parentPort === null) throw new Error('This runs in a worker thread.');
const port = parentPort;

const tell = (text: string) => port.postMessage(text);

/** A realm of its own has the language and nothing of Node; this one makes no code from text either. */
function createBareContext(): Context {
  return createContext(realms.DONT_CONTEXTIFY, { codeGeneration: { strings: false, wasm: false } });
}

/** Closes what a hyperty could use if it got out of its realm after all. Node keeps for itself what it needs. */
function emptyThread(): void {
  const refuse = () => {
    throw new TypeError('Nothing is imported here.');
  };
  registerHooks({ resolve: refuse, load: refuse });
  const language = new Set(Object.getOwnPropertyNames(createBareContext()));
  const unwanted = new Set(['Function', 'eval', 'WebAssembly', 'SharedArrayBuffer', 'Atomics', 'console']);
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!language.has(name) || unwanted.has(name)) Reflect.deleteProperty(globalThis, name);
  }
}

/** Counts what the hyperty sends, so that it cannot fill the host's ears. */
class Meter {
  #credit: number;
  readonly #maxLength: number;

  constructor({ credit, maxMessageLength }: Start) {
    this.#credit = credit;
    this.#maxLength = maxMessageLength;
  }

  /** Sends, or says why not by a code. */
  readonly post = (text: string): string | undefined => {
    if (typeof text !== 'string') return 'bad-message';
    if (text.length > this.#maxLength) return 'message-too-large';
    if (this.#credit === 0) return 'rate-limited';
    this.#credit -= 1;
    tell(text);
    return undefined;
  };

  renew(count: number): void {
    this.#credit += count;
  }
}

async function begin(start: Start): Promise<{ readonly realm: Realm; readonly meter: Meter }> {
  const context = createBareContext();
  const meter = new Meter(start);
  const make = new Script(`'use strict'; (${createRealm})`).runInContext(context) as typeof createRealm;
  const realm = make(meter.post, tell);
  const fail = (thrown: unknown) => {
    tell(JSON.stringify({ kind: 'failed', message: String(realm.describe(thrown)) }));
  };
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  const text = start.language === 'typescript' ? stripTypeScriptTypes(start.text) : start.text;
  emptyThread();
  try {
    const module = new SourceTextModule(text, {
      context,
      identifier: `hyperty:${start.name}`,
      importModuleDynamically: () => {
        throw realm.importRefusal();
      },
    });
    await module.link(() => {
      throw new TypeError('A sandboxed hyperty imports nothing.');
    });
    await module.evaluate();
    realm.start(module.namespace, start.url, start.configuration);
  } catch (thrown) {
    fail(thrown);
  }
  return { realm, meter };
}

let begun: Promise<{ readonly realm: Realm; readonly meter: Meter }> | undefined;

port.on('message', (text: string) => {
  const message = JSON.parse(text) as ToSandbox;
  if (message.kind === 'ping') tell(JSON.stringify({ kind: 'pong', count: message.count }));
  else if (message.kind === 'start') begun ??= begin(message);
  else
    void begun?.then(({ realm, meter }) => {
      if (message.kind === 'credit') meter.renew(message.count);
      else realm.receive(text);
    });
});
