import { createMemoryRoomStore } from './room-store.ts';
import { describeRoomStore } from './store-contract.ts';

describeRoomStore('a store in memory', () => {
  const store = createMemoryRoomStore();
  return { store, reopen: () => store, close: () => store.close() };
});
