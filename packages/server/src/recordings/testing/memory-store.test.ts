import { MemoryStore } from './memory-store.ts';
import { describeStore } from './storage-contract.ts';

describeStore('a store in memory', async () => {
  const storage = new MemoryStore();
  return { storage, put: async (file, content) => storage.put(file, content) };
});
