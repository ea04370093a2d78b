/** Which octets of a file a request asks for (RFC 9110 section 14): all, some, or some that there are not. */

export type AskedOctets =
  | { readonly kind: 'all' }
  /** The last included. */
  | { readonly kind: 'some'; readonly from: number; readonly until: number }
  | { readonly kind: 'none' };

const all: AskedOctets = { kind: 'all' };
const none: AskedOctets = { kind: 'none' };

/**
 * What is not understood, and more than one range, is answered with all (RFC 9110 section 14.2).
 * @param header `Range`. @param bytes What the file has.
 */
export function askedOctets(header: string | undefined, bytes: number): AskedOctets {
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return all;
  if (first === '') return lastOctets(Number(last), bytes);
  const [from, until] = [Number(first), last === '' ? bytes - 1 : Number(last)];
  if (last !== '' && until < from) return all;
  return from >= bytes ? none : { kind: 'some', from, until: Math.min(until, bytes - 1) };
}

function lastOctets(count: number, bytes: number): AskedOctets {
  if (count === 0 || bytes === 0) return none;
  return { kind: 'some', from: Math.max(0, bytes - count), until: bytes - 1 };
}
