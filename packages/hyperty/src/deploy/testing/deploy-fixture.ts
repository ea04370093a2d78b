/** A place to deploy from and to: a catalogue in memory, a sandbox that keeps what it ran, and sessions without a node. */
import { type Address, ConferenceError, type HypertyUrl, type Request } from '@plenum/protocol';
import type { MessageHandler } from '../../message-bus.ts';
import type { Activation, Sandbox, VerifiedSource } from '../contract.ts';
import type { FetchText } from '../deploy.ts';
import type { HypertySession, SandboxHost } from '../foreign-hyperty.ts';
import { integrityOf } from '../integrity.ts';

export const folder = 'https://catalogue.test/.well-known/';
export const echoUrl = `${folder}hyperty/Echo`;
export const echoSource = `export default () => ({ name: 'echo' });\n`;

async function anEchoDescriptor(changes: object = {}): Promise<object> {
  return {
    cguid: 'acme/hyperty/Echo',
    type: 'hyperty',
    version: '1.0.0',
    objectName: 'Echo',
    description: 'Says what it is told.',
    language: 'javascript',
    isolation: 'sandbox',
    hypertyType: ['bot'],
    dataObjects: [{ schema: '../dataschema/Communication', role: 'observer' }],
    configuration: { greeting: 'Hello' },
    constraints: { node: true, browser: false },
    sourcePackageURL: '../sourcepackage/Echo',
    sourcePackage: {
      encoding: 'utf-8',
      sourceCodeClassname: 'Echo',
      integrity: await integrityOf(echoSource),
    },
    ...changes,
  };
}

export const aServerDescriptor = {
  cguid: 'plenum/hyperty/ConferenceServer',
  type: 'hyperty',
  version: '1.0.0',
  objectName: 'ConferenceServer',
  description: 'Keeps rooms.',
  language: 'typescript',
  isolation: 'in-process',
  hypertyType: ['audio'],
  dataObjects: [],
  constraints: { node: true, browser: false },
  resources: ['media-server'],
};

/** Serves these texts, and tells what was asked for. */
export function aCatalogue(texts: Readonly<Record<string, string | object>>): {
  readonly fetchText: FetchText;
  readonly asked: readonly string[];
} {
  const asked: string[] = [];
  const fetchText: FetchText = async (url) => {
    asked.push(url);
    const text = texts[url];
    if (text === undefined) throw new ConferenceError('object-not-found');
    return typeof text === 'string' ? text : JSON.stringify(text);
  };
  return { fetchText, asked };
}

export async function anEchoCatalogue(changes: object = {}, source = echoSource) {
  return aCatalogue({
    [echoUrl]: await anEchoDescriptor(changes),
    [`${folder}sourcepackage/Echo`]: source,
  });
}

interface Ran {
  readonly source: VerifiedSource;
  readonly activation: Activation;
  isClosed: boolean;
}

/** A session of which it is kept what was asked of it. */
export class FakeSession implements HypertySession {
  readonly opened = Promise.resolve();
  readonly userUrl = 'user://acme.test/guest-1';
  readonly asked: string[] = [];
  readonly listeners = new Map<Address, MessageHandler>();
  readonly sent: unknown[] = [];
  /** As if the node ended it. */
  readonly end: (error: ConferenceError) => void;
  isClosed = false;

  constructor(onClosed: (error: ConferenceError | undefined) => void) {
    this.end = onClosed;
  }

  readonly bus: HypertySession['bus'] = {
    send: (message) => this.sent.push(message),
    request: async (message) => {
      this.sent.push(message);
      return { code: 200 };
    },
    listen: (address, handler) => {
      this.listeners.set(address, handler);
      return () => this.listeners.delete(address);
    },
  };

  readonly registry: HypertySession['registry'] = {
    register: async (registration) => void this.asked.push(`register ${JSON.stringify(registration)}`),
  };

  hypertyUrl(name: string): HypertyUrl {
    return `hyperty://acme.test/s1/${name}`;
  }

  async claim(addresses: readonly Address[]): Promise<void> {
    this.asked.push(`claim ${addresses.join()}`);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Asks whoever listens there, as somebody else. */
  ask(to: Address): ReturnType<MessageHandler> {
    const request: Request = { id: 1, type: 'read', from: 'hyperty://acme.test/s2/asker', to, body: {} };
    return this.listeners.get(to)?.(request, () => undefined);
  }
}

/** A sandbox that runs nothing, and sessions for what it would run. */
export class FakeSandboxHost implements SandboxHost {
  readonly ran: Ran[] = [];
  readonly sessions: FakeSession[] = [];
  readonly sandbox: Sandbox;
  /** Whether what is run becomes active. */
  start: () => Promise<void> = async () => undefined;

  constructor() {
    this.sandbox = {
      run: async (source, activation) => {
        const ran = { source, activation, isClosed: false };
        this.ran.push(ran);
        await this.start();
        return {
          name: source.name.toLowerCase(),
          close: async () => {
            ran.isClosed = true;
          },
        };
      },
    };
  }

  readonly openSession: SandboxHost['openSession'] = (onClosed) => {
    const session = new FakeSession(onClosed);
    this.sessions.push(session);
    return session;
  };

  get openSessions(): number {
    return this.sessions.filter(({ isClosed }) => !isClosed).length;
  }
}
