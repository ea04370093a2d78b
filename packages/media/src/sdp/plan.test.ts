import { generateRouterRtpCapabilities } from 'mediasoup/ortc';
import { expect, test } from 'vitest';
import { offeredCapabilities, routerCodecs, standardCapabilities } from './media-profile.ts';
import { extendPlan, planOffer, publishOn } from './plan.ts';

const onlyVp8 = { audio: ['audio/opus'], video: ['video/vp8', 'video/h264'] };

test('the standard capabilities are what the engine makes of our codecs', () => {
  const router = generateRouterRtpCapabilities([...routerCodecs]);
  expect(offeredCapabilities(router)).toEqual(standardCapabilities);
});

test('publishing comes first, then slots for sound, then for pictures', () => {
  const plan = planOffer(standardCapabilities, { sources: ['camera'], slots: { audio: 1, video: 2 } });
  expect(plan.map(({ use, kind, mid }) => [use, kind, mid])).toEqual([
    ['publish', 'video', '0'],
    ['slot', 'audio', '1'],
    ['slot', 'video', '2'],
    ['slot', 'video', '3'],
  ]);
});

test('a mid has one letter up to 36 m-lines', () => {
  const plan = planOffer(standardCapabilities, { sources: [], slots: { audio: 6, video: 30 } });
  expect(new Set(plan.map((line) => line.mid)).size).toBe(36);
  expect(plan.every((line) => line.mid.length === 1)).toBe(true);
});

test('a source that is named twice gets one m-line', () => {
  const sources = ['camera', 'camera'] as const;
  expect(planOffer(standardCapabilities, { sources, slots: { audio: 0, video: 0 } })).toHaveLength(1);
});

test('what is added goes behind what is there, and a source that has its m-line gets no other', () => {
  const none = { audio: 0, video: 0 };
  const before = planOffer(standardCapabilities, { sources: ['camera'], slots: { audio: 0, video: 1 } });
  const plan = extendPlan(before, standardCapabilities, { sources: ['camera', 'screen'], slots: none });
  expect(plan.slice(0, 2)).toEqual(before);
  expect([...publishOn(plan)]).toEqual([
    ['camera', '0'],
    ['screen', '2'],
  ]);
});

test('only codecs that both sides can are offered, with their retransmission', () => {
  const capabilities = { send: onlyVp8, receive: onlyVp8 };
  const plan = planOffer(standardCapabilities, {
    sources: ['camera'],
    slots: { audio: 0, video: 0 },
    capabilities,
  });
  const [camera] = plan.filter((line) => line.use === 'publish');
  expect(camera?.codecs.map((codec) => codec.mimeType)).toEqual(['video/VP8', 'video/rtx']);
});

test.each([
  ['sent', { sources: ['camera'] as const, slots: { audio: 0, video: 0 } }],
  ['received', { sources: [], slots: { audio: 0, video: 1 } }],
])('a picture that cannot be %s is refused', (_what, wish) => {
  const noVideo = { audio: ['audio/opus'], video: ['video/h264'] };
  const capabilities = { send: noVideo, receive: noVideo };
  expect(() => planOffer(standardCapabilities, { ...wish, capabilities })).toThrow(
    expect.objectContaining({ code: 'unsupported-media' }),
  );
});
