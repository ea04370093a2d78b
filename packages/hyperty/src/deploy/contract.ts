/** What a deployed hyperty and its host promise each other. */
import type { Address, ConferenceError, HypertyUrl, Json, Request, ResponseBody } from '@plenum/protocol';
import type { MessageDraft } from '../message-bus.ts';

/** A hyperty's answer to a message: a body, or nothing where none is due. To refuse, throw an error with a `code`. */
export type HypertyListener = (
  message: Request,
) => ResponseBody | undefined | Promise<ResponseBody | undefined>;

/**
 * All that a hyperty has of the world. Everything that crosses it is JSON, so that it can lead out of a thread or a
 * process. Refusals are errors with a `code` of the error table.
 */
export interface HypertyBus {
  /** Sends without waiting for an answer. `from` is the hyperty's own address, or one below it. */
  send(message: MessageDraft): void;
  /** Rejects as the other side refuses, and with `timeout`. */
  request(
    message: MessageDraft,
    options?: { readonly timeoutMs?: number | undefined },
  ): Promise<ResponseBody>;
  /** Own addresses, and what others publish (`…/changes`, `…/registration`). What it returns ends that. */
  listen(address: Address, listener: HypertyListener): () => void;
}

export interface ActivatedHyperty<I = unknown> {
  readonly name: string;
  /** What a program in the same realm may call. */
  readonly instance?: I | undefined;
  /** The last chance to say goodbye: the host waits a moment, then takes the address back. */
  close?(): void | Promise<void>;
}

/** The default export of a hyperty's module. */
export type Activate = (
  hypertyUrl: HypertyUrl,
  bus: HypertyBus,
  configuration: Json,
) => ActivatedHyperty | Promise<ActivatedHyperty>;

/** Source whose hash is what its descriptor promises. */
export interface VerifiedSource {
  readonly name: string;
  readonly language: 'javascript' | 'typescript';
  readonly text: string;
}

export interface Activation {
  readonly url: HypertyUrl;
  readonly bus: HypertyBus;
  readonly configuration: Json;
  readonly signal: AbortSignal | undefined;
  /** The hyperty ended by itself or was ended for what it did. Not called after `close`. */
  readonly onEnded: (error: ConferenceError) => void;
}

export interface SandboxedHyperty {
  readonly name: string;
  /** May be called more than once; resolves when nothing of it runs any more. */
  close(): Promise<void>;
}

/** Runs code that the host does not trust. It can do nothing but use the bus. */
export interface Sandbox {
  /** Resolves once the hyperty is active. @throws ConferenceError as it fails, `timeout`, `aborted`. */
  run(source: VerifiedSource, activation: Activation): Promise<SandboxedHyperty>;
}
