export { type FakeAnswerOptions, fakeAnswer } from './answer.ts';
export { FakeConnection, type FakeConnectionParts, type ShownSource } from './connection.ts';
export { FakeMix } from './mix.ts';
export { type FakeOfferOptions, fakeOffer } from './offer.ts';
export { createFakeMediaServer, FakeMediaServer, type FakeMediaServerOptions, FakeRouter } from './server.ts';
export type { FakeTracks } from './tracks.ts';
export { type FakeViewOptions, fakeView } from './view.ts';
export { FakeViewer } from './viewer.ts';
