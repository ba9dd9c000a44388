export { clockOfTheHost } from './clock-of-the-host.js';
export { faultOf } from './fault-of.js';
export { ownAuthority } from './own-authority.js';
export { TEST_ARCH } from './test-arch.js';
export { toolchainHome } from './toolchain-home.js';
export { isWholeRun } from './whole-run.js';
export { fakeClock, type FakeClock } from './fake-clock.js';
export { eventStoreContract } from './event-store-contract/event-store-contract.js';
export { type EventStoreSubject, type LogUnderTest } from './event-store-contract/log-under-test.js';
export { type FakeCluster } from './kurrent-fake/fake-cluster.js';
export { startKurrentCluster, startKurrentFake } from './kurrent-fake/start-kurrent-fake.js';
export { type KurrentFake } from './kurrent-fake/kurrent-fake.js';
export { numberedEvent } from './event-store-contract/sample-events.js';
export { memoryObjectStore } from './memory-object-store.js';
export { objectStoreContract } from './object-store-contract/object-store-contract.js';
export {
  type ObjectStoreSubject,
  type ObjectsUnderTest,
} from './object-store-contract/objects-under-test.js';
export { fakeBuilder, type FakeBuilder } from './fake-builder.js';
export {
  describeWithEachNats,
  describeWithNats,
  ended,
  freePort,
  type NatsPlace,
  type NatsProgram,
  NatsServer,
} from './nats-server.js';
export { seededRandom } from './seeded-random.js';
export { smallDisk, type SmallDisk } from './small-disk.js';
export { storingArchives } from './storing-archives.js';
export { rpmMirror, type RpmSystem } from './rpm/rpm-mirror.js';
export { type TestPackage } from './rpm/rpm-workshop.js';
export { BASE_PACKAGES, CENTOS_9, FEDORA_43, RHEL_10 } from './rpm/systems.js';
export { type AptRepository } from './apt-repository/apt-repository.js';
export { debianPackage, TEST_VERSION } from './apt-repository/debian-package.js';
export { OpenPgpKey } from './apt-repository/open-pgp-key.js';
export { namesOfBase, ReleaseMirrors, standIn } from './apt-repository/release-mirrors.js';
export { s3BackDoor, type S3BackDoor, type S3TestServer } from './s3/s3-test-server.js';
export { bestS3Candidate, type S3Candidate, s3Candidates } from './s3/s3-test-servers.js';
export { type FaultProxy, type ProxyFault, startFaultProxy } from './s3/fault-proxy.js';
