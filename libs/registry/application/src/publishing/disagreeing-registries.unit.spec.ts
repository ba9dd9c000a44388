import { publishedArtifacts, streams, VersionEvent } from '@gild/contracts';
import { Fault, type EventStore, type ObjectStore } from '@gild/ports';
import fc from 'fast-check';
import type { RegistryDeps } from '../registry-deps.js';
import { registryService } from '../registry-service.js';
import { jobId, OTHER, registryUnderTest, web } from '../registry-under-test.spec.js';

const VERSION = streams.version('web', '1.0.0');
const arm = { arch: 'aarch64', taskservVersions: { nginx: '1.22.1-9+b1' } };

type World = ReturnType<typeof registryUnderTest>;
type Turn = (who: string) => Promise<void>;

/** A store whose every answer may be a long time coming. */
const inTurns = (store: EventStore, turn: () => Promise<void>): EventStore => ({
  append: async (...what) => {
    await turn();
    return store.append(...what);
  },
  async *readStream(...range) {
    await turn();
    yield* store.readStream(...range);
  },
  readAll: (range) => store.readAll(range),
  subscribeAll: (...range) => store.subscribeAll(...range),
  head: () => store.head(),
  positionAt: (time) => store.positionAt(time),
  comparePositions: (a, b) => store.comparePositions(a, b),
  close: () => store.close(),
});

/** Objects of which every look at a disk finds something else. */
const inDoubt = (objects: ObjectStore, turn: () => Promise<void>, isSound: () => boolean): ObjectStore => ({
  ...objects,
  async *read(object) {
    if (object.key.startsWith('images/')) {
      await turn();
      if (!isSound()) throw new Fault('OBJECT_DAMAGED', 'a cosmic ray');
    }
    yield* objects.read(object);
  },
});

type Verdict = Exclude<VersionEvent, { type: 'ArtifactsAccepted' }>;
type Build = { job: number; attempt: number; status: 'reported' | 'completed' | 'failed' };

/** What the scheduler does about verdicts: it completes, tries again while it may, and lets builds of one version end together. */
class Farm {
  readonly builds: Build[];
  readonly #world: World;
  readonly #turn: () => Promise<void>;
  readonly #attempts: number;
  #busy = Promise.resolve();

  constructor(world: World, jobs: readonly number[], { attempts, turn }: { attempts: number; turn: Turn }) {
    this.#world = world;
    this.#turn = () => turn('farm');
    this.#attempts = attempts;
    this.builds = jobs.map((job) => ({ job, attempt: 1, status: 'reported' }));
  }

  async begin(): Promise<void> {
    for (const build of this.builds) await this.#report(build);
  }

  /** Looks at what the registries say, one look after the other. */
  look(): void {
    this.#busy = this.#busy.then(async () => {
      for (const build of this.builds) await this.#settle(build);
    });
  }

  #report({ job, attempt }: Build): Promise<unknown> {
    return this.#world.report(job, attempt, job > OTHER ? arm : {});
  }

  async #settle(build: Build): Promise<void> {
    await this.#turn();
    const verdict = await this.#verdictOn(build);
    await this.#turn();
    if (verdict === undefined || build.status !== 'reported') return;
    const { record } = this.#world;
    const stream = streams.job(jobId(build.job));
    if (verdict.type === 'VersionPublished') {
      await record(stream, 'BuildCompleted', { attempt: build.attempt, version: '1.0.0' });
      build.status = 'completed';
      return;
    }
    const { message, class: kind = 'infrastructure', code = '' } = verdict.data;
    const failure = { class: kind, code, message };
    await record(stream, 'AttemptFailed', { attempt: build.attempt, failure });
    if (kind === 'infrastructure' && build.attempt < this.#attempts) {
      build.attempt += 1;
      await this.#turn();
      await this.#report(build);
    } else {
      await record(stream, 'BuildFailed', { failure, attempts: build.attempt });
      build.status = 'failed';
    }
  }

  async #verdictOn({ job, attempt }: Build): Promise<Verdict | undefined> {
    let last: Verdict | undefined;
    for await (const { type, data } of this.#world.store.readStream(VERSION)) {
      const event = VersionEvent.parse({ type, data });
      if (event.type === 'ArtifactsAccepted') continue;
      const isIts = event.data.jobId === jobId(job) && event.data.attempt === attempt;
      if (event.type === 'VersionPublished' || isIts) last = event;
    }
    return last;
  }
}

type Course = {
  jobs: readonly number[];
  attempts: number;
  /** What each look at a disk finds; for every registry others. */
  sound: readonly Iterator<boolean>[];
  /** After so many steps the first registry dies, and another one takes its place. */
  diesAfter: number;
};

const course: fc.Arbitrary<Course> = fc.record({
  jobs: fc.constantFrom([1], [1, OTHER + 1]),
  attempts: fc.integer({ min: 1, max: 3 }),
  sound: fc.tuple(fc.infiniteStream(fc.boolean()), fc.infiniteStream(fc.boolean())),
  diesAfter: fc.integer({ min: 1, max: 60 }),
});

const play = async (scheduler: fc.Scheduler, { jobs, attempts, sound, diesAfter }: Course) => {
  const world = registryUnderTest();
  await world.request(1, jobs.length > 1 ? { ...web, arch: ['x86_64', 'aarch64'] } : web);
  const turn: Turn = (who) => scheduler.schedule(Promise.resolve(), who);
  const farm = new Farm(world, jobs, { attempts, turn });
  await farm.begin();
  const append = world.store.append.bind(world.store);
  world.store.append = async (stream, ...what) => {
    const result = await append(stream, ...what);
    if (stream === VERSION && result.ok) farm.look();
    return result;
  };
  const start = (who: number, take: () => Promise<void>) => {
    const isSound = (): boolean => sound[who]?.next().value === true;
    const { store, objects } = world.deps;
    const deps: RegistryDeps = {
      ...world.deps,
      store: inTurns(store, take),
      objects: inDoubt(objects, take, isSound),
    };
    void registryService(deps).start();
  };
  let left = diesAfter;
  start(0, async () => {
    await turn('first');
    left -= 1;
    if (left === 0) start(0, () => turn('its successor'));
    if (left <= 0) await new Promise(() => undefined);
  });
  start(1, () => turn('second'));
  const isOver = (): boolean => farm.builds.every(({ status }) => status !== 'reported');
  // Whoever was overtaken looks again after a while; also when all builds have ended.
  for (let rounds = 20; rounds > 0; rounds = isOver() ? Math.min(rounds - 1, 2) : rounds - 1) {
    await scheduler.waitIdle();
    await world.clock.advance(5_000);
  }
  return { builds: farm.builds, world };
};

const publicationIn = async ({ store }: World) => {
  for await (const { type, data } of store.readStream(VERSION)) {
    const event = VersionEvent.parse({ type, data });
    if (event.type === 'VersionPublished') return publishedArtifacts(event.data);
  }
  return [];
};

describe('registries that disagree about artifacts, at whatever step each of them is', () => {
  it('publish what no build repeats or fails for, or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), course, async (scheduler, given) => {
        const { builds, world } = await play(scheduler, given);
        const published = await publicationIn(world);
        const built = builds.map(({ job, attempt }) => ({ jobId: jobId(job), attempt }));
        if (published.length > 0) {
          expect(builds.map(({ status }) => status)).toStrictEqual(builds.map(() => 'completed'));
          expect(published.map(({ jobId: id, attempt }) => ({ jobId: id, attempt }))).toStrictEqual(built);
        } else {
          expect(builds.map(({ status }) => status)).toStrictEqual(builds.map(() => 'failed'));
          expect(await world.typesOf('image-web')).toContain('VersionReleased');
        }
        expect(world.reported).toStrictEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);
});
