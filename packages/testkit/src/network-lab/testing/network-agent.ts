import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../../until.ts';
import { AnsweringProcess } from '../answering-process.ts';

const program = join(import.meta.dirname, 'agent-program.ts');

export interface Burst {
  /** Address and port with a colon between, as everywhere here. */
  readonly to: string;
  readonly text: string;
  readonly count: number;
  readonly bytesEach: number;
}

export type Order =
  | { readonly do: 'report' }
  | ({ readonly do: 'send' } & Burst)
  | { readonly do: 'listen'; readonly on: string }
  | { readonly do: 'connect'; readonly to: string };

/** So far. */
export interface Report {
  /** Of the UDP socket. */
  readonly port: number;
  readonly packets: readonly { readonly from: string; readonly text: string }[];
  readonly bytes: number;
  /** Over TCP. */
  readonly connections: readonly string[];
}

export interface AgentOptions {
  /** Any of its machine unless given. */
  readonly address?: string;
  readonly launcher?: readonly string[];
}

/** A person with a UDP socket on some machine, who can also open TCP connections. */
export class NetworkAgent {
  /** Of the UDP socket, as its own machine knows it. */
  readonly endpoint: string;
  readonly #process: AnsweringProcess;
  #lettersSent = 0;

  private constructor(agent: AnsweringProcess, endpoint: string) {
    this.#process = agent;
    this.endpoint = endpoint;
  }

  /** Ends with its test. */
  static async start({ address = '0.0.0.0', launcher = [] }: AgentOptions): Promise<NetworkAgent> {
    const command = [...launcher, process.execPath, program, address];
    const agent = await AnsweringProcess.start(command, format({ do: 'report' }));
    onTestFinished(() => agent.close());
    const { port }: Report = JSON.parse(await agent.ask(format({ do: 'report' })));
    return new NetworkAgent(agent, `${address}:${port}`);
  }

  async send(to: string, text: string, { count = 1, bytesEach = 1 } = {}): Promise<void> {
    await this.#tell({ do: 'send', to, text, count, bytesEach });
  }

  report(): Promise<Report> {
    return this.#tell({ do: 'report' });
  }

  async texts(): Promise<readonly string[]> {
    return (await this.report()).packets.map(({ text }) => text);
  }

  /** Waits for a packet. @returns where it came from. */
  receives(text: string): Promise<string> {
    return until(async () => (await this.report()).packets.find((packet) => packet.text === text)?.from);
  }

  /** Sends until something arrives. @returns as whom the other sees this one. */
  async reaches(other: NetworkAgent, endpoint = other.endpoint): Promise<string> {
    this.#lettersSent += 1;
    const letter = `letter ${this.#lettersSent} of ${this.endpoint}`;
    return until(async () => {
      await this.send(endpoint, letter);
      return (await other.report()).packets.find(({ text }) => text === letter)?.from;
    });
  }

  async listens(port: number): Promise<string> {
    const on = `${this.endpoint.split(':')[0]}:${port}`;
    await this.#tell({ do: 'listen', on });
    return on;
  }

  async beginsToConnect(to: string): Promise<void> {
    await this.#tell({ do: 'connect', to });
  }

  async connects(to: string): Promise<void> {
    await this.beginsToConnect(to);
    await until(async () => (await this.report()).connections.includes(to));
  }

  async #tell(order: Order): Promise<Report> {
    return JSON.parse(await this.#process.ask(format(order)));
  }
}

function format(order: Order): string {
  return JSON.stringify(order);
}
