import { parse } from 'sdp-transform';
import { describe, expect, test } from 'vitest';
import { type AnswerOptions, planAnswer } from './answer.ts';
import type { SenderPlan } from './sender-plan.ts';

const local = {
  ufrag: 'ours',
  password: 'our-password-of-enough-length',
  fingerprint: 'AA:BB',
  candidate: { address: '127.0.0.1', port: 50_000 },
};

const transport = `c=IN IP4 127.0.0.1
a=ice-ufrag:theirs
a=ice-pwd:their-password
a=candidate:udp 1 udp 1076558079 127.0.0.1 40000 typ host
a=candidate:tcp 1 tcp 1276558079 127.0.0.1 40000 typ host tcptype passive
a=end-of-candidates
a=setup:actpass
a=rtcp-mux`;
const audioCodec = `a=rtpmap:100 opus/48000/2
a=fmtp:100 useinbandfec=1
a=rtcp-fb:100 transport-cc
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:10 urn:ietf:params:rtp-hdrext:ssrc-audio-level`;
const videoCodecs = `a=rtpmap:101 VP8/90000
a=rtpmap:102 rtx/90000
a=fmtp:102 apt=101
a=rtpmap:103 H264/90000
a=rtpmap:104 rtx/90000
a=fmtp:104 apt=103
a=rtcp-fb:101 nack
a=rtcp-fb:101 nack pli
a=rtcp-fb:101 goog-remb
a=rtcp-fb:101 transport-cc
a=rtcp-fb:103 nack
a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:2 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:11 urn:3gpp:video-orientation`;

/** As an ICE-lite media server offers: two lines to publish on, two slots, one for data. */
const offer = `v=0
o=- 1 1 IN IP4 127.0.0.1
s=-
t=0 0
a=ice-lite
a=group:BUNDLE mic cam s0 s1 data
a=fingerprint:sha-256 11:22
m=audio 7 UDP/TLS/RTP/SAVPF 100
a=mid:mic
a=recvonly
${audioCodec}
${transport}
m=video 7 UDP/TLS/RTP/SAVPF 101 102 103 104
a=mid:cam
a=recvonly
a=rid:l recv
a=rid:m recv
a=rid:h recv
a=simulcast:recv l;~m;h
${videoCodecs}
${transport}
m=audio 7 UDP/TLS/RTP/SAVPF 100
a=mid:s0
a=sendonly
a=msid:slot-0 audio
${audioCodec}
${transport}
m=video 7 UDP/TLS/RTP/SAVPF 101 102 103 104
a=mid:s1
a=sendonly
${videoCodecs}
${transport}
m=application 7 UDP/DTLS/SCTP webrtc-datachannel
a=mid:data
a=sctp-port:5000
${transport}
`.replaceAll('\n', '\r\n');

function answer(options: AnswerOptions, previous: readonly SenderPlan[] = []) {
  let ssrc = 1_000;
  const plan = planAnswer(offer, options, { local, previous, newSsrc: () => ++ssrc });
  return { ...plan, session: parse(plan.sdp) };
}

describe('answering the one offer of a media server', () => {
  test('it listens on every slot when it publishes nothing', () => {
    const { session, senders } = answer({});
    expect(session.media.map((line) => [line.mid, line.direction, line.port])).toEqual([
      ['mic', 'inactive', 9],
      ['cam', 'inactive', 9],
      ['s0', 'recvonly', 9],
      ['s1', 'recvonly', 9],
      ['data', 'inactive', 0],
    ]);
    expect(session.groups).toEqual([{ type: 'BUNDLE', mids: 'mic cam s0 s1' }]);
    expect(senders).toEqual([]);
  });

  test('it publishes on the lines that the server receives on', () => {
    const { session, senders } = answer({ publish: [{ kind: 'video' }, { kind: 'audio' }] });
    expect(session.media.map((line) => line.direction).slice(0, 2)).toEqual(['sendonly', 'sendonly']);
    expect(senders.map((plan) => [plan.mid, plan.payloadType, plan.rtxPayloadType])).toEqual([
      ['mic', 100, undefined],
      ['cam', 101, 102],
    ]);
  });

  test('a line it publishes on commits to one codec, a slot takes all that are offered', () => {
    const { session } = answer({ publish: [{ kind: 'video' }] });
    expect(session.media[1]?.payloads).toBe('101 102');
    expect(session.media[3]?.payloads).toBe('101 102 103 104');
  });

  test('a single encoding is announced by its SSRCs', () => {
    const { session } = answer({ publish: [{ kind: 'video' }] });
    expect(session.media[1]?.ssrcGroups).toEqual([{ semantics: 'FID', ssrcs: '1001 1002' }]);
    expect(session.media[1]?.simulcast).toBeUndefined();
  });

  test('simulcast sends every offered rid, smallest first, and no SSRC', () => {
    const { session, senders } = answer({ publish: [{ kind: 'video', simulcast: true }] });
    expect(session.media[1]?.simulcast).toMatchObject({ dir1: 'send', list1: 'l;m;h' });
    expect(session.media[1]?.rids?.map((rid) => [rid.id, rid.direction])).toEqual([
      ['l', 'send'],
      ['m', 'send'],
      ['h', 'send'],
    ]);
    expect(session.media[1]?.ssrcs).toBeUndefined();
    expect(senders.map((plan) => [plan.name, plan.shape.width, plan.extensions.rid])).toEqual([
      ['cam/l', 320, 2],
      ['cam/m', 640, 2],
      ['cam/h', 1280, 2],
    ]);
  });

  test('simulcast can be cut down to one named rid', () => {
    const { session } = answer({ publish: [{ kind: 'video', simulcast: ['h'] }] });
    expect(session.media[1]?.simulcast).toMatchObject({ list1: 'h' });
  });

  test('it takes the DTLS client role and nominates against an ICE-lite server', () => {
    const { session, remote } = answer({});
    expect(session.media[0]?.setup).toBe('active');
    expect(remote).toMatchObject({
      address: '127.0.0.1',
      port: 40_000,
      ufrag: 'theirs',
      fingerprint: '11:22',
      dtlsRole: 'client',
      controlling: true,
    });
  });

  test('without transport-cc neither its extension nor its feedback is accepted, and REMB never', () => {
    const feedback = (transportCc: boolean) =>
      answer({ transportCc }).session.media[3]?.rtcpFb?.map((fb) => fb.type) ?? [];
    expect(feedback(true)).toEqual(['nack', 'nack', 'transport-cc', 'nack']);
    expect(feedback(false)).toEqual(['nack', 'nack', 'nack']);
    const off = answer({ transportCc: false, publish: [{ kind: 'video' }] });
    expect(off.receive.transportCcExtension).toBeUndefined();
    expect(off.senders[0]?.extensions).toEqual({ mid: 1 });
    expect(off.sdp).not.toContain('transport-wide-cc');
  });

  test('a later answer keeps the SSRCs of streams that stay', () => {
    const first = answer({ publish: [{ kind: 'video' }] });
    const second = answer({ publish: [{ kind: 'audio' }, { kind: 'video' }] }, first.senders);
    expect(second.senders.find((plan) => plan.mid === 'cam')).toMatchObject({ ssrc: 1001, rtxSsrc: 1002 });
  });

  test('a track named by mid is not displaced by one that is not', () => {
    const { senders } = answer({ publish: [{ kind: 'audio', tag: 1, mid: 'mic' }] });
    expect(senders[0]?.tag).toBe(1);
    expect(() => answer({ publish: [{ kind: 'audio' }, { kind: 'audio', mid: 'mic' }] })).toThrow(
      'no m-line left',
    );
  });

  test('repair payload types and the mid extension are known to the receiving side', () => {
    expect(answer({}).receive).toEqual({
      midExtension: 1,
      transportCcExtension: 5,
      repairPayloadTypes: [102, 104],
    });
  });

  test('an offer without a usable candidate is refused', () => {
    const broken = offer.replaceAll(/a=candidate:udp.*\r\n/g, '');
    expect(() => planAnswer(broken, {}, { local, newSsrc: () => 1 })).toThrow('no UDP candidate');
  });
});
