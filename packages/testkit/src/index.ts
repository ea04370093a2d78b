export { FakeClock } from './fake-clock.ts';
export { settle, until } from './until.ts';
