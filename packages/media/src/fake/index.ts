export { type FakeAnswerOptions, fakeAnswer } from './answer.ts';
export { FakeConnection, type FakeConnectionParts, type ShownSource } from './connection.ts';
export { FakeMix } from './mix.ts';
export { createFakeMediaServer, FakeMediaServer, type FakeMediaServerOptions, FakeRouter } from './server.ts';
