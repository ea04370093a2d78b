// What the isomorphic packages may use of the platform: the few globals that browsers and Node share.
// Included only by tsconfig.isomorphic.json, so that the compiler refuses everything one side lacks.

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare const AbortSignal: {
  timeout(milliseconds: number): AbortSignal;
  any(signals: AbortSignal[]): AbortSignal;
};

interface AbortController {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
}
declare const AbortController: { new (): AbortController };

declare function setTimeout(callback: () => void, delayMs: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function queueMicrotask(callback: () => void): void;
declare function structuredClone<T>(value: T): T;
declare const crypto: { getRandomValues(array: Uint8Array): Uint8Array };
declare const performance: { now(): number };

declare class TextEncoder {
  encode(text: string): Uint8Array;
}

/** The constructor of sockets is injected where another than the platform's is wanted. */
declare const WebSocket: unknown;
