import type { KurrentFake } from './kurrent-fake.js';

/** A running fake of the KurrentDB protocol on a free port of this host. Loaded only when asked for: gRPC is heavy. */
export const startKurrentFake = async (): Promise<KurrentFake> => {
  const module = await import('./kurrent-fake.js');
  const fake = new module.KurrentFake();
  await fake.start();
  return fake;
};
