/** Whether a source is what its descriptor promises. SPEC.md rule DE3. */
import { ConferenceError } from '@plenum/protocol';

/** Web Crypto, as every platform has it. */
declare const crypto: {
  readonly subtle: { digest(algorithm: string, data: Uint8Array): Promise<ArrayBuffer> };
};

const algorithms = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;
type Algorithm = keyof typeof algorithms;

/** The hash of a text as UTF-8, in the form of https://www.w3.org/TR/SRI/. */
export async function integrityOf(text: string, algorithm: Algorithm = 'sha256'): Promise<string> {
  const digest = await crypto.subtle.digest(algorithms[algorithm], new TextEncoder().encode(text));
  return `${algorithm}-${toBase64(new Uint8Array(digest))}`;
}

/** @throws ConferenceError `integrity-mismatch`. */
export async function checkIntegrity(text: string, promised: string): Promise<void> {
  const algorithm = promised.slice(0, promised.indexOf('-'));
  if (!isAlgorithm(algorithm) || (await integrityOf(text, algorithm)) !== promised) {
    throw new ConferenceError('integrity-mismatch');
  }
}

function isAlgorithm(text: string): text is Algorithm {
  return Object.hasOwn(algorithms, text);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3);
    const bits = (a << 16) | (b << 8) | c;
    text += [18, 12, 6, 0].map((shift) => alphabet[(bits >> shift) & 63]).join('');
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - padding) + '='.repeat(padding);
}
