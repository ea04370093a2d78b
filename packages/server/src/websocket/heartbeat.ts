/** Finds sockets whose other end is gone without a word, and keeps proxies from closing quiet ones. */
import type { Clock } from '@plenum/hyperty';

/** What is used of a socket. */
export interface PingableSocket {
  ping(): void;
  terminate(): void;
}

/** Proxies close what was silent for 30 to 60 seconds. */
export const pingIntervalMs = 20_000;

export class Heartbeat {
  readonly #clock: Clock;
  /** Whether each socket answered since the last ping. */
  readonly #alive = new Map<PingableSocket, boolean>();
  #stopTimer: () => void;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#stopTimer = clock.after(pingIntervalMs, () => this.#beat());
  }

  add(socket: PingableSocket): void {
    this.#alive.set(socket, true);
  }

  /** Anything that was received counts. */
  handleSign(socket: PingableSocket): void {
    if (this.#alive.has(socket)) this.#alive.set(socket, true);
  }

  remove(socket: PingableSocket): void {
    this.#alive.delete(socket);
  }

  #beat(): void {
    for (const [socket, isAlive] of [...this.#alive]) {
      if (!isAlive) {
        this.#alive.delete(socket);
        socket.terminate();
        continue;
      }
      this.#alive.set(socket, false);
      socket.ping();
    }
    this.#stopTimer = this.#clock.after(pingIntervalMs, () => this.#beat());
  }

  /** May be called more than once. */
  close(): void {
    this.#stopTimer();
    this.#alive.clear();
  }
}
