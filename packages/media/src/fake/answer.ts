/** Answers an offer as a browser would, without one. */
import { type MediaDescription, parse, write } from 'sdp-transform';

export interface FakeAnswerOptions {
  /** The mids to send on; all that are offered for it unless given. */
  readonly publish?: readonly string[] | undefined;
  /** The mids of m-lines to refuse. */
  readonly refuse?: readonly string[] | undefined;
}

const fingerprint = {
  type: 'sha-256',
  hash: '0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0:0F:1E:2D:3C:4B:5A:69:78:87:96:A5:B4:C3:D2:E1:F0',
};

/** The answer to one of our offers, as SDP text. */
export function fakeAnswer(offer: string, options: FakeAnswerOptions = {}): string {
  const { origin, media, ...session } = parse(offer);
  const answered = media.map((line, index) => answerLine(line, index, options));
  const used = answered.filter((line) => line.port !== 0).map((line) => String(line.mid));
  const { icelite: _lite, setup: _setup, ...kept } = session;
  return write({
    ...kept,
    origin: { ...origin, sessionId: '1', username: 'fake' },
    groups: [{ type: 'BUNDLE', mids: used.join(' ') }],
    fingerprint,
    media: answered,
  });
}

function answerLine(
  line: MediaDescription,
  index: number,
  { publish, refuse }: FakeAnswerOptions,
): MediaDescription {
  const mid = String(line.mid);
  const { candidates: _candidates, endOfCandidates: _end, msid: _msid, rids, simulcast, ...kept } = line;
  const answered: MediaDescription = {
    ...kept,
    setup: 'active',
    iceUfrag: 'fake',
    icePwd: 'fakefakefakefakefakefake',
  };
  if (refuse?.includes(mid)) return { ...answered, port: 0, direction: 'inactive' };
  if (line.type === 'application') return answered;
  if (line.direction === 'sendonly') return { ...answered, direction: 'recvonly' };
  if (publish !== undefined && !publish.includes(mid)) return { ...answered, direction: 'inactive' };
  if (simulcast === undefined) return { ...answered, direction: 'sendonly', ...streams(line.type, index) };
  return {
    ...answered,
    direction: 'sendonly',
    rids: (rids ?? []).map(({ id }) => ({ id, direction: 'send' })),
    simulcast: { dir1: 'send', list1: simulcast.list1 },
  };
}

function streams(kind: string, index: number): Pick<MediaDescription, 'ssrcs' | 'ssrcGroups'> {
  const ssrc = 1_000 + index * 2;
  const ssrcs = [{ id: ssrc, attribute: 'cname', value: 'fake' }];
  if (kind === 'audio') return { ssrcs };
  return { ssrcs, ssrcGroups: [{ semantics: 'FID', ssrcs: `${ssrc} ${ssrc + 1}` }] };
}
