import type { EventStore } from '@gild/ports';
import {
  clockOfTheHost,
  eventStoreContract,
  startKurrentFake,
  type EventStoreSubject,
  type KurrentFake,
} from '@gild/testing';
import { kurrentEventStore } from './kurrent-event-store.js';

/** One log for all tests, and a store that stays connected between them: connecting takes half a second. */
const sharedLog = (connectionString: () => string) => {
  const stores = new Set<EventStore>();
  let kept: EventStore | undefined;
  const another = async (): Promise<EventStore> => {
    const store = kurrentEventStore({ connectionString: connectionString(), clock: clockOfTheHost });
    stores.add(store);
    return store;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all([...stores].map((store) => store.close()));
    stores.clear();
    kept = undefined;
  };
  const isOpen = (store: EventStore) =>
    store.head().then(
      () => true,
      () => false,
    );
  const destroy = async (): Promise<void> => {
    if (kept === undefined || !(await isOpen(kept))) return closeAll();
    await Promise.all([...stores].filter((store) => store !== kept).map((store) => store.close()));
  };
  const open = async () => {
    kept ??= await another();
    return { store: kept, another, destroy };
  };
  return { open, closeAll };
};

const promises: Omit<EventStoreSubject, 'open' | 'bulkEvents'> = {
  startsEmpty: false,
  durable: true,
  refusesReuseAcrossStreams: false,
  positionBeyond: '999999999999999/999999999999999',
  timeoutMs: 30_000,
};

describe('against a fake of the protocol', () => {
  let fake: KurrentFake;
  const log = sharedLog(() => fake.connectionString);
  beforeAll(async () => {
    fake = await startKurrentFake();
  });
  afterAll(async () => {
    await log.closeAll();
    fake.stop();
  });
  eventStoreContract('KurrentDB', { ...promises, bulkEvents: 5_000, open: log.open });
});

const server = process.env['GILD_TEST_KURRENTDB'];
if (server === undefined) {
  process.stderr.write(
    '\nNOT TESTED: a real KurrentDB, because GILD_TEST_KURRENTDB names none (a connection string)\n\n',
  );
} else {
  describe('against the server of GILD_TEST_KURRENTDB', () => {
    const log = sharedLog(() => server);
    afterAll(() => log.closeAll());
    eventStoreContract('KurrentDB', { ...promises, bulkEvents: 100_000, open: log.open });
  });
}
