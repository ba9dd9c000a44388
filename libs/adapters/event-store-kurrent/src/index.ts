export { kurrentEventStore, type KurrentEventStoreOptions } from './kurrent-event-store.js';
