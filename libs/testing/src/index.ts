export { clockOfTheHost } from './clock-of-the-host.js';
export { fakeClock, type FakeClock } from './fake-clock.js';
export { eventStoreContract } from './event-store-contract/event-store-contract.js';
export { type EventStoreSubject, type LogUnderTest } from './event-store-contract/log-under-test.js';
export { startKurrentFake } from './kurrent-fake/start-kurrent-fake.js';
export { type KurrentFake } from './kurrent-fake/kurrent-fake.js';
export { memoryObjectStore } from './memory-object-store.js';
export { objectStoreContract } from './object-store-contract/object-store-contract.js';
export {
  type ObjectStoreSubject,
  type ObjectsUnderTest,
} from './object-store-contract/objects-under-test.js';
export { fakeBuilder, type FakeBuilder } from './fake-builder.js';
export { describeWithNats, ended, freePort, NatsServer } from './nats-server.js';
export { storingArchives } from './storing-archives.js';
