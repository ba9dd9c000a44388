import type { FakeCluster } from './fake-cluster.js';
import type { KurrentFake } from './kurrent-fake.js';

const NODES = 3;

/** A running fake of the KurrentDB protocol on a free port of this host. Loaded only when asked for: gRPC is heavy. */
export const startKurrentFake = async (): Promise<KurrentFake> => {
  const module = await import('./kurrent-fake.js');
  const fake = new module.KurrentFake();
  await fake.start();
  return fake;
};

/** Three of them that hold one log and of which one leads. */
export const startKurrentCluster = async (): Promise<FakeCluster> => {
  const module = await import('./fake-cluster.js');
  const cluster = new module.FakeCluster(NODES);
  await cluster.start();
  return cluster;
};
