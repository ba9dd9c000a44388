import { objectKeys, PrepareBuild, streams, subjects, Taskserv, type Artifact } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { randomIds, sha256 } from '@gild/node-runtime';
import { registryService } from '@gild/registry-application';
import { schedulerService, type SchedulerService } from '@gild/scheduler-application';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';

const taskserv = (name: string): Taskserv =>
  Taskserv.parse({
    ...{ name, description: name, version_package: name },
    distributions: { debian: [{ packages: [name] }] },
    checks: [{ name: 'up', unit: name }],
  });

/** A registry and schedulers on a log in memory, at a clock that stands still. What agents do is recorded by the test. */
export class MemoryFarm {
  readonly clock = fakeClock();
  readonly store = memoryEventStore();
  readonly taskservs = new Map(['nginx', 'redis'].map((name) => [name, taskserv(name)]));
  readonly faults: unknown[] = [];
  readonly #objects = memoryObjectStore(new Map());
  readonly #bus = new InProcessBus();
  readonly #shared = {
    ...{ store: this.store, objects: this.#objects, messenger: inProcessMessenger(this.#bus) },
    ...{ clock: this.clock, ids: randomIds, sha256 },
    report: (error: unknown) => void this.faults.push(error),
  };
  readonly registry = registryService({
    ...this.#shared,
    catalogue: { all: async () => this.taskservs },
    builds: async () => [],
    ...{ registryId: 'local', location: 'memory' },
  });
  readonly schedulers: SchedulerService[] = [];

  async start({ schedulers = 1 } = {}): Promise<void> {
    this.answer();
    await this.registry.start();
    for (let started = 0; started < schedulers; started += 1) {
      const scheduler = schedulerService({ ...this.#shared, rebuilds: true });
      this.schedulers.push(scheduler);
      await scheduler.start();
    }
    await this.clock.settle();
  }

  async stop(): Promise<void> {
    await Promise.all(this.schedulers.map((scheduler) => scheduler.stop()));
    await this.registry.stop();
  }

  /** The registry answers, or is not there. */
  answer(): void {
    this.#bus.answer(subjects.prepareBuild, (asked) => this.registry.prepareBuild(PrepareBuild.parse(asked)));
    this.#bus.answer(subjects.outdated, (asked) => this.registry.outdated(asked));
  }

  silence(): void {
    this.#bus.silence(subjects.outdated);
  }

  /** The registry takes questions and answers none. */
  hang(): void {
    this.#bus.answer(subjects.outdated, () => new Promise(() => undefined));
  }

  /** Asks for a build by hand. */
  async request(definition: object, more: { version?: string } = {}): Promise<string> {
    const options = { useCache: true, bootTest: true, priority: 0, ...more };
    const request = { requestId: randomIds.ulid(), actor: 'ada', definition, options };
    const reply = await this.schedulers[0]?.requestBuild(request);
    return reply?.jobId ?? '';
  }

  /** Asks for a build by hand, which makes a version. */
  async build(definition: object, more?: { version?: string }): Promise<void> {
    await this.finish(await this.request(definition, more));
  }

  /** What an agent records that makes an image. */
  async finish(jobId: string): Promise<void> {
    await this.#record(jobId, 'AttemptGranted', { attempt: 1, agentId: 'oak', leaseMs: 30_000 });
    await this.#record(jobId, 'ArtifactReported', { attempt: 1, artifact: await this.#artifact(jobId) });
    await this.clock.settle();
  }

  async fail(jobId: string): Promise<void> {
    const failure = { class: 'install', code: 'SCRIPT_FAILED', message: 'exit 1' };
    await this.#record(jobId, 'BuildFailed', { failure, attempts: 1 });
    await this.clock.settle();
  }

  /** Builds that wait or run, oldest first. */
  async open(): ReturnType<SchedulerService['jobs']> {
    const jobs = (await this.schedulers[0]?.jobs()) ?? [];
    return jobs.filter(({ status }) => status !== 'completed' && status !== 'failed').reverse();
  }

  async #artifact(jobId: string): Promise<Artifact> {
    const stored = async (key: string, text: string) => {
      const { created: _, ...object } = await this.#objects.put(key, new TextEncoder().encode(text));
      return object;
    };
    const disk = `disk of ${jobId}`;
    return {
      object: await stored(objectKeys.artifact(sha256(disk), '.qcow2'), disk),
      ...{ arch: 'x86_64', format: 'qcow2', virtualSizeBytes: 10_737_418_240, taskservVersions: {} },
      rootfsSha256: sha256('root'),
      packages: await stored(objectKeys.packages(sha256('[]')), '[]'),
      layers: [
        {
          ...{ step: 'prepare_base', key: 'k'.repeat(64) },
          object: await stored(objectKeys.layer(sha256('layer')), 'layer'),
        },
      ],
      packageState: await stored(objectKeys.packageState(sha256('state')), 'state'),
    };
  }

  async #record(jobId: string, type: string, data: Record<string, unknown>): Promise<void> {
    const metadata = {
      time: this.clock.now(),
      actor: 'oak',
      correlationId: 'c',
      causationId: 'c',
      schema: 1,
    };
    await this.store.append(streams.job(jobId), 'any', [{ id: randomIds.uuid(), type, data, metadata }]);
  }
}
