import { eventStoreContract } from '@gild/testing';
import { memoryEventStore } from './memory-event-store.js';

eventStoreContract('memory', {
  startsEmpty: true,
  durable: false,
  refusesReuseAcrossStreams: true,
  positionBeyond: '999999999',
  bulkEvents: 20_000,
  open: async () => {
    const store = memoryEventStore();
    return { store, another: async () => store, destroy: () => store.close() };
  },
});
