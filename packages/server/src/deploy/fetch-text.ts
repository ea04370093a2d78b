/** Where descriptors and sources are loaded from on Node: the own catalogue, in memory, and HTTP. */
import type { FetchText } from '@plenum/hyperty';
import { ConferenceError } from '@plenum/protocol';
import type { Catalogue } from './catalogue.ts';

/** The folder of a domain's catalogue, as the specification writes it; to be allowed where it may be deployed from. */
export function catalogueUrl(domain: string): string {
  return `hyperty-catalogue://${domain}/.well-known/`;
}

/** Loads from the own catalogue, without a network. @throws ConferenceError `object-not-found`. */
function createCatalogueFetch(catalogue: Catalogue): FetchText {
  return async (url) => {
    const entry = catalogue.get(new URL(url).pathname);
    if (entry === undefined) throw new ConferenceError('object-not-found');
    return entry.body;
  };
}

/** Milliseconds for one text. */
const fetchWithinMs = 10_000;

/**
 * Loads over HTTP. A redirect is refused: it would lead past the allow-list.
 * @throws ConferenceError `object-not-found`, `message-too-large`, `disconnected` for what could not be had.
 */
const fetchOverHttp: FetchText = async (url, { maxLength, signal }) => {
  const within = AbortSignal.timeout(fetchWithinMs);
  const ending = signal === undefined ? within : AbortSignal.any([signal, within]);
  try {
    const response = await fetch(url, { redirect: 'error', signal: ending, credentials: 'omit' });
    if (!response.ok || response.body === null) throw new ConferenceError('object-not-found');
    return await readText(response.body, maxLength);
  } catch (cause) {
    if (cause instanceof ConferenceError) throw cause;
    throw new ConferenceError('disconnected', 'It could not be loaded.', { cause });
  }
};

async function readText(body: ReadableStream<Uint8Array>, maxLength: number): Promise<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    // What is longer is not read to its end.
    if (text.length > maxLength) throw new ConferenceError('message-too-large');
  }
  return text + decoder.decode();
}

/** Each kind of URL by its own way. */
export function createFetchText(catalogue: Catalogue): FetchText {
  const fromCatalogue = createCatalogueFetch(catalogue);
  return (url, options) =>
    (url.startsWith('hyperty-catalogue:') ? fromCatalogue : fetchOverHttp)(url, options);
}
