/** What a runtime must bring to open a session. */
import {
  ConferenceError,
  type Message,
  type MessageOf,
  protocolVersion,
  type SessionId,
  sessionIdPattern,
  splitAddress,
} from '@plenum/protocol';

/** The id of the session to open. @throws ConferenceError `wrong-domain`, `bad-request`, `version-mismatch`. */
export function checkOpening({ from, body }: MessageOf<'create'>, domain: string): SessionId {
  const parts = splitAddress(from);
  if (parts?.domain !== domain) throw wrongDomain(domain);
  if (parts.scheme !== 'runtime' || !sessionIdPattern.test(parts.path)) {
    throw new ConferenceError('bad-request', 'That is no address of a runtime.');
  }
  if (!speaksOurVersion(body.value)) throw new ConferenceError('version-mismatch');
  return parts.path as SessionId;
}

/** Why a message is refused whose wire has no session: what went out with an opening for another domain says so too. */
export function whyNoSession({ from }: Message, domain: string): ConferenceError {
  return splitAddress(from)?.domain === domain
    ? new ConferenceError('session-required')
    : wrongDomain(domain);
}

function wrongDomain(domain: string): ConferenceError {
  return new ConferenceError('wrong-domain', undefined, { details: { domain } });
}

function speaksOurVersion(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'protocolVersion' in value &&
    value.protocolVersion === protocolVersion
  );
}
