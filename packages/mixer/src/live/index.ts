/** What a live stream consists of, and answers to requests for it: without FFmpeg. */
export type { LiveEvent } from './state.ts';
export { type LiveResponse, LiveStore, type LiveStoreOptions } from './store.ts';
export type { Waiter } from './waits.ts';
