import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '@gild/ports';
import { clockOfTheHost, eventStoreContract } from '@gild/testing';
import { sqliteEventStore } from './sqlite-event-store.js';

eventStoreContract('SQLite', {
  startsEmpty: true,
  durable: true,
  refusesReuseAcrossStreams: true,
  positionBeyond: '999999999',
  bulkEvents: 400_000,
  timeoutMs: 30_000,
  open: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gild-events-'));
    const stores: EventStore[] = [];
    const another = async (): Promise<EventStore> => {
      const store = sqliteEventStore({ path: join(folder, 'events.db'), clock: clockOfTheHost });
      stores.push(store);
      return store;
    };
    return {
      store: await another(),
      another,
      destroy: async () => {
        await Promise.all(stores.map((store) => store.close()));
        rmSync(folder, { recursive: true });
      },
    };
  },
});
