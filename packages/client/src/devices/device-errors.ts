import { ConferenceError, type ErrorCode } from '@plenum/protocol';

/** By the name of the `DOMException`; https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia */
const codes: ReadonlyMap<string, ErrorCode> = new Map([
  ['NotAllowedError', 'permission-denied'],
  ['SecurityError', 'permission-denied'],
  ['NotFoundError', 'device-not-found'],
  ['OverconstrainedError', 'device-not-found'],
  ['NotReadableError', 'device-in-use'],
  ['AbortError', 'device-in-use'],
]);

/** The coded error for what `getUserMedia` rejected with; the original is its cause. */
export function deviceErrorOf(thrown: unknown): ConferenceError {
  // OverconstrainedError is a DOMException only in newer browsers, so the name decides, not the class.
  const name = typeof thrown === 'object' && thrown !== null && 'name' in thrown ? String(thrown.name) : '';
  return new ConferenceError(codes.get(name) ?? 'internal', undefined, { cause: thrown });
}
