/** Hyperties that are parts of the product: they run in the process, with what their descriptors say they need. */
import { ConferenceError, type HypertyDescriptor, type HypertyUrl, type Json } from '@plenum/protocol';
import { abortable } from '../abortable.ts';
import type { ActivatedHyperty } from './contract.ts';

export interface PartActivation<R extends object> {
  readonly configuration: Json;
  readonly signal: AbortSignal | undefined;
  /** A resource that the descriptor declares. @throws ConferenceError `descriptor-refused` for any other. */
  resource<K extends keyof R & string>(name: K): R[K];
}

export interface ActivatedPart<I> extends ActivatedHyperty<I> {
  readonly url: HypertyUrl;
  readonly instance: I;
}

/** Makes one part of the product, and makes it known at its address. */
export type PartOfProduct<R extends object, I> = (
  activation: PartActivation<R>,
) => ActivatedPart<I> | Promise<ActivatedPart<I>>;

export interface PartOptions<R extends object, I> {
  readonly parts: Readonly<Record<string, PartOfProduct<R, I>>>;
  readonly resources: R;
  readonly configuration: Json | undefined;
  readonly signal: AbortSignal | undefined;
}

/** @throws ConferenceError `descriptor-refused` for what is no part of the product, or lacks a resource here. */
export function activatePart<R extends object, I>(
  descriptor: HypertyDescriptor,
  { parts, resources, configuration, signal }: PartOptions<R, I>,
): Promise<ActivatedPart<I>> {
  const { objectName } = descriptor;
  const part = Object.hasOwn(parts, objectName) ? parts[objectName] : undefined;
  if (part === undefined) throw refused('It is no part of the product.', { objectName });
  const missing = descriptor.resources.filter((name) => !hasResource(resources, name));
  if (missing.length > 0) throw refused('What it needs is not here.', { missing });
  const activation: PartActivation<R> = {
    // Parsed from JSON at the edge, so what is there is JSON.
    configuration: configuration ?? (descriptor.configuration as Json),
    signal,
    resource: (name) => {
      if (descriptor.resources.includes(name)) return resources[name];
      throw refused('Its descriptor does not declare that resource.', { resource: name });
    },
  };
  const activated = Promise.resolve(activation).then(part);
  return abortable(activated, signal, (late) => void late.close?.());
}

function hasResource(resources: object, name: string): boolean {
  return Object.hasOwn(resources, name) && (resources as Record<string, unknown>)[name] !== undefined;
}

function refused(message: string, details: Readonly<Record<string, unknown>>): ConferenceError {
  return new ConferenceError('descriptor-refused', message, { details });
}
