import { type PreparedBuild, streams } from '@gild/contracts';
import type { EventStore, ObjectStore } from '@gild/ports';
import { registryService, type RegistryService } from './registry-service.js';
import { jobId, registryUnderTest, web } from './registry-under-test.spec.js';

type Moment = 'before' | 'after';

/** A process that dies at its nth write, before or after that took effect; afterwards nothing of it reaches anything. */
class Mortal {
  #writes = 0;
  isDead = false;

  constructor(
    readonly fatal: number,
    readonly moment: Moment,
  ) {}

  async write<T>(work: () => Promise<T>): Promise<T> {
    this.live();
    this.#writes += 1;
    const isFatal = this.#writes === this.fatal;
    if (isFatal && this.moment === 'before') this.die();
    const result = await work();
    if (isFatal) this.die();
    return result;
  }

  live(): void {
    if (this.isDead) throw new Error('killed');
  }

  private die(): never {
    this.isDead = true;
    throw new Error('killed');
  }
}

const mortalStore = (store: EventStore, process: Mortal): EventStore => ({
  append: (...call) => process.write(() => store.append(...call)),
  readStream: async function* (...call) {
    process.live();
    yield* store.readStream(...call);
  },
  readAll: async function* (range) {
    process.live();
    yield* store.readAll(range);
  },
  subscribeAll: async function* (range, signal) {
    process.live();
    yield* store.subscribeAll(range, signal);
  },
  head: async () => {
    process.live();
    return store.head();
  },
  positionAt: async (time) => {
    process.live();
    return store.positionAt(time);
  },
  comparePositions: (a, b) => store.comparePositions(a, b),
  close: () => Promise.resolve(),
});

const mortalObjects = (objects: ObjectStore, process: Mortal): ObjectStore => ({
  ...objects,
  put: (...call) => process.write(() => objects.put(...call)),
});

/** From a definition to a published version through one death of the registry. */
const throughDeath = async (fatal: number, moment: Moment) => {
  const w = registryUnderTest();
  const process = new Mortal(fatal, moment);
  const store = mortalStore(w.store, process);
  let registry: RegistryService = registryService({
    ...{ ...w.deps, store, objects: mortalObjects(w.deps.objects, process) },
  });
  await registry.start();
  let revived = false;
  const revive = async (): Promise<void> => {
    if (!process.isDead || revived) return;
    revived = true;
    await registry.stop();
    registry = registryService(w.deps);
    await registry.start();
    await w.clock.settle();
  };
  const ask = (): Promise<PreparedBuild> =>
    registry.prepareBuild({ jobId: jobId(1), actor: 'ada', definition: web });

  let defined: string[] | undefined;
  const insist = () =>
    ask().catch(async () => {
      defined = await w.typesOf(streams.image('web'));
      await revive();
      return ask();
    });
  const first = await insist();
  const again = await insist();
  const { version, ...build } = first;
  await w.record(streams.job(jobId(1)), 'BuildRequested', {
    ...{ ...build, imageVersion: version, priority: 0, requestedBy: 'ada', useCache: true, bootTest: true },
    ...{ infrastructureRetries: 3, timeoutMs: 1_800_000 },
  });
  await w.report(1);
  await w.clock.settle();
  await revive();
  const { views } = await registry.verifyViews();
  const published = await registry.version({ image: 'web', version: '1.0.0' });
  await registry.stop();
  return {
    ...{ died: process.isDead, defined, first, again, views, published },
    image: await w.typesOf(streams.image('web')),
    version: await w.typesOf(streams.version('web', '1.0.0')),
    contents: [...w.contents.keys()].sort(),
  };
};

it.each(['before', 'after'] as const)(
  'row 2: a registry that is killed %s any of its writes leaves a definition whole or absent, and answers a retry as it would have at first',
  async (moment) => {
    const undisturbed = await throughDeath(0, moment);
    expect(undisturbed.version).toStrictEqual(['ArtifactsAccepted', 'VersionPublished']);
    let fatal = 1;
    for (let died = true; died; fatal += 1) {
      const told = await throughDeath(fatal, moment);
      expect(['', 'ImageDefined VersionReserved', undefined]).toContain(told.defined?.join(' '));
      expect(told.again).toStrictEqual(told.first);
      expect({ ...told, died: false, defined: undefined }).toStrictEqual(undisturbed);
      died = told.died;
    }
    expect(fatal).toBeGreaterThan(5);
  },
);
