/**
 * Loads and executes a hyperty from its descriptor: from an allow-list, with an integrity hash, never by `eval`. Parts
 * of the product run in the process, everything else in a sandbox. SPEC.md rules DE1 to DE6.
 */
import {
  ConferenceError,
  type HypertyDescriptor,
  type HypertyUrl,
  type Json,
  parseHypertyDescriptor,
  type SandboxedDescriptor,
} from '@plenum/protocol';
import { abortable } from '../abortable.ts';
import { resolveAllowed } from './allow-list.ts';
import type { VerifiedSource } from './contract.ts';
import { ForeignHyperty, type SandboxHost } from './foreign-hyperty.ts';
import { checkIntegrity } from './integrity.ts';
import { activatePart, type PartOfProduct } from './part-of-product.ts';

/**
 * Loads a text, follows no redirect, and gives up above `maxLength` UTF-16 units.
 * @throws ConferenceError for what cannot be had.
 */
export type FetchText = (
  url: string,
  options: { readonly maxLength: number; readonly signal: AbortSignal | undefined },
) => Promise<string>;

export interface DeployOptions<R extends object = object, I = unknown> {
  readonly fetchText: FetchText;
  /** URLs of folders: descriptors and sources come from below one of them. */
  readonly allowed: readonly string[];
  readonly platform: 'node' | 'browser';
  /** The parts of the product that run here, by the names of their descriptors. */
  readonly parts?: Readonly<Record<string, PartOfProduct<R, I>>> | undefined;
  /** What the host lends to parts whose descriptors declare it. */
  readonly resources?: R | undefined;
  /** For everything else; without it such descriptors are refused. */
  readonly sandboxHost?: SandboxHost | undefined;
  /** Instead of the descriptor's. */
  readonly configuration?: Json | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A sandboxed hyperty ended by itself, or for what it did. Not called after `close`. */
  readonly onEnded?: ((error: ConferenceError) => void) | undefined;
}

export interface Deployed<I = unknown> {
  readonly name: string;
  readonly url: HypertyUrl;
  readonly descriptor: HypertyDescriptor;
  /** Of a part of the product; a sandboxed hyperty is spoken to over the bus. */
  readonly instance: I | undefined;
  /** Ends it and takes its address back. May be called more than once. */
  close(): Promise<void>;
}

/** Longest source, in UTF-16 units. */
const maxSourceLength = 512 * 1024;
const maxDescriptorLength = 64 * 1024;

/**
 * Resolves once the hyperty is active.
 * @throws ConferenceError `descriptor-refused`, `integrity-mismatch`, `bad-request`, `aborted`, what `fetchText` throws,
 * and what the hyperty's own start does. Nothing is left behind then.
 */
export async function deploy<R extends object = object, I = unknown>(
  descriptorUrl: string,
  options: DeployOptions<R, I>,
): Promise<Deployed<I>> {
  const location = resolveAllowed(descriptorUrl, options.allowed);
  const descriptor = parseHypertyDescriptor(await load(location, maxDescriptorLength, options));
  checkPlatform(descriptor, options.platform);
  return descriptor.isolation === 'in-process'
    ? deployPart(descriptor, options)
    : deployForeign(descriptor, location, options);
}

type Loading = Pick<DeployOptions, 'fetchText' | 'signal'>;

async function load(url: string, maxLength: number, { fetchText, signal }: Loading): Promise<string> {
  if (signal?.aborted === true) throw new ConferenceError('aborted');
  const text = await abortable(fetchText(url, { maxLength, signal }), signal);
  if (text.length > maxLength) throw new ConferenceError('bad-request', 'That is too long to be loaded.');
  return text;
}

function checkPlatform({ constraints }: HypertyDescriptor, platform: 'node' | 'browser'): void {
  if (constraints[platform]) return;
  throw new ConferenceError('descriptor-refused', 'It does not run on this platform.', {
    details: { platform },
  });
}

async function deployPart<R extends object, I>(
  descriptor: HypertyDescriptor,
  { parts = {}, resources, configuration, signal }: DeployOptions<R, I>,
): Promise<Deployed<I>> {
  const lent = resources ?? ({} as R);
  const part = await activatePart(descriptor, { parts, resources: lent, configuration, signal });
  const { name, url, instance } = part;
  return { name, url, descriptor, instance, close: onceOnly(async () => part.close?.()) };
}

async function deployForeign<I>(
  descriptor: SandboxedDescriptor,
  location: string,
  options: Omit<DeployOptions<never, I>, 'parts' | 'resources'>,
): Promise<Deployed<I>> {
  const { sandboxHost: host, configuration, signal, onEnded = () => undefined } = options;
  if (host === undefined) throw new ConferenceError('descriptor-refused', 'There is no sandbox here.');
  // Foreign code is lent nothing.
  if (descriptor.resources.length > 0) {
    throw new ConferenceError('descriptor-refused', 'What it needs is for parts of the product.', {
      details: { resources: descriptor.resources },
    });
  }
  const source = await loadSource(descriptor, location, options);
  const foreign = await ForeignHyperty.start(descriptor, source, { host, configuration, signal, onEnded });
  const { name, url } = foreign;
  return { name, url, descriptor, instance: undefined, close: () => foreign.close() };
}

async function loadSource(
  descriptor: SandboxedDescriptor,
  location: string,
  options: Loading & Pick<DeployOptions, 'allowed'>,
): Promise<VerifiedSource> {
  const { sourcePackageURL, sourcePackage, objectName, language } = descriptor;
  const url = resolveAllowed(sourcePackageURL, options.allowed, location);
  const text = await load(url, maxSourceLength, options);
  await checkIntegrity(text, sourcePackage.integrity);
  if (options.signal?.aborted === true) throw new ConferenceError('aborted');
  return { name: objectName, language, text };
}

function onceOnly(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run();
    return running;
  };
}
