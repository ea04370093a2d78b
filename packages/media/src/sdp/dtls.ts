/** What all m-lines of a bundle say of the one DTLS association that they share (RFC 8842 section 5). */
import type { DtlsFingerprint } from 'mediasoup/types';
import { invalidAnswer, type Section } from './description.ts';

export interface SharedDtls {
  readonly fingerprint: DtlsFingerprint;
  /** As written: `actpass`, `active` or `passive`, if anything. */
  readonly setup: string | undefined;
}

/** @throws ConferenceError `invalid-answer` where there is no fingerprint, or m-lines differ. */
export function sharedDtls(sections: readonly Section[]): SharedDtls {
  const [first, ...others] = sections;
  const fingerprint = first?.fingerprint;
  if (fingerprint === undefined) throw invalidAnswer('fingerprint missing');
  for (const other of others) {
    const differs = other.fingerprint?.value !== fingerprint.value || other.setup !== first?.setup;
    if (differs) throw invalidAnswer('DTLS differs between m-lines', { mid: other.mid });
  }
  return { fingerprint, setup: first?.setup };
}

/** Two streams with one SSRC could not be told apart. @throws ConferenceError `invalid-answer`. */
export function checkSsrcs(sections: readonly Section[]): void {
  const seen = new Set<number>();
  for (const section of sections) {
    for (const ssrc of new Set([...section.ssrcs, ...[...section.retransmissions].flat()])) {
      if (seen.has(ssrc)) throw invalidAnswer('ssrc used twice', { ssrc });
      seen.add(ssrc);
    }
  }
}
