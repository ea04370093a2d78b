import { parse } from 'sdp-transform';
import { expect, test } from 'vitest';
import { planAnswer } from './answer.ts';
import { planFromAnswer, planOffer } from './offer.ts';

const local = {
  ufrag: 'ours',
  password: 'our-password-of-enough-length',
  fingerprint: 'AA:BB',
  candidate: { address: '127.0.0.1', port: 50_000 },
};
let ssrc = 1_000;
const newSsrc = (): number => ++ssrc;

test('an offer and our own answer to it agree on what flows', () => {
  const options = {
    publish: [{ kind: 'audio' }, { kind: 'video', simulcast: true }],
    receive: ['video'],
  } as const;
  const offer = planOffer(options, { local, newSsrc });
  const answer = planAnswer(offer.sdp, { publish: [{ kind: 'video' }] }, { local, newSsrc });
  const plan = planFromAnswer(answer.sdp, offer, options);
  expect(parse(answer.sdp).media.map((line) => line.direction)).toEqual(['recvonly', 'recvonly', 'sendonly']);
  expect(plan.senders.map((sender) => sender.name)).toEqual(['0', '1/l', '1/m', '1/h']);
  expect(plan.remote).toMatchObject({ dtlsRole: 'server', controlling: true });
});

test('a refused m-line is not sent on', () => {
  const options = { publish: [{ kind: 'audio' }, { kind: 'video' }] } as const;
  const offer = planOffer(options, { local, newSsrc });
  const answer = planAnswer(offer.sdp, { receive: false }, { local, newSsrc });
  expect(planFromAnswer(answer.sdp, offer, options).senders).toEqual([]);
});

test('without transport-cc the offer does not mention it', () => {
  const offer = planOffer({ publish: [{ kind: 'video' }], transportCc: false }, { local, newSsrc });
  expect(offer.sdp).not.toMatch(/transport-(cc|wide)/);
});
