export { sqliteEventStore, type SqliteEventStoreOptions } from './sqlite-event-store.js';
