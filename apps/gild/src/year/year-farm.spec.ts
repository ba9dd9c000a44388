import { BuildOptions, PrepareBuild, subjects, Taskserv } from '@gild/contracts';
import { randomIds, sha256 } from '@gild/node-runtime';
import type { EventStore, RecordedEvent } from '@gild/ports';
import { registryService } from '@gild/registry-application';
import { schedulerService } from '@gild/scheduler-application';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';
import { SimulatedAgent } from './simulated-agent.spec.js';

const NGINX = Taskserv.parse({
  ...{ name: 'nginx', description: 'nginx', version_package: 'nginx' },
  distributions: { debian: [{ packages: ['nginx'] }] },
  checks: [{ name: 'up', unit: 'nginx' }],
});
/** More looks than a build needs at a clock that stands still. */
const PATIENCE = 1000;

/** The services of a farm on one log. Only what its agent does to make an image is made up, and the wall clock is the test's. */
export class YearFarm {
  readonly clock = fakeClock('2025-01-01T00:00:00.000Z');
  readonly store: EventStore;
  readonly faults: unknown[] = [];
  readonly registry;
  readonly scheduler;
  readonly #agent: SimulatedAgent;
  #requests = 0;
  #recorded = 0;
  #last: string | undefined;

  constructor(store: EventStore) {
    this.store = store;
    const bus = new InProcessBus();
    const objects = memoryObjectStore(new Map());
    const shared = {
      ...{ store, objects, messenger: inProcessMessenger(bus), clock: this.clock, ids: randomIds, sha256 },
      report: (error: unknown) => void this.faults.push(error),
    };
    this.scheduler = schedulerService({ ...shared, quarantines: false });
    this.registry = registryService({
      ...shared,
      catalogue: { all: async () => new Map([['nginx', NGINX]]) },
      // As the edges do, which the transport parts.
      builds: async (at) => (await this.scheduler.jobs(at === undefined ? {} : { at })) as never,
      ...{ registryId: 'local', location: 'here' },
    });
    bus.answer(subjects.prepareBuild, (asked) => this.registry.prepareBuild(PrepareBuild.parse(asked)));
    this.#agent = new SimulatedAgent(this.scheduler, objects);
  }

  async start(): Promise<void> {
    await Promise.all([this.registry.start(), this.scheduler.start()]);
  }

  async stop(): Promise<void> {
    await this.scheduler.stop();
    await this.registry.stop();
  }

  /** Every view of both services rebuilt from nothing and compared with the served one. */
  async verifyViews() {
    const { views } = await this.registry.verifyViews();
    return [...views, ...(await this.scheduler.verifyViews()).views];
  }

  /** What makes a request one that was not made before. */
  asked(actor: string): { requestId: string; actor: string } {
    this.#requests += 1;
    return { requestId: `request-${this.#requests}`, actor };
  }

  /** Asks for a build and has it come out so; answers its job. */
  async build(
    definition: object,
    actor: string,
    outcome: 'published' | 'failed' | 'cancelled',
  ): Promise<string> {
    const options = BuildOptions.parse({});
    const { jobId } = await this.scheduler.requestBuild({ ...this.asked(actor), definition, options });
    if (outcome === 'cancelled') {
      await this.scheduler.cancelBuild({ jobId, actor });
      return jobId;
    }
    const work = await this.#until(() => this.#agent.asksForWork());
    await (outcome === 'published' ? this.#agent.builds(work) : this.#agent.failsAt(work));
    await this.#until(async () => {
      const { status } = await this.scheduler.job(jobId);
      return status === 'completed' || status === 'failed' ? status : undefined;
    });
    return jobId;
  }

  /** How many events there are. */
  async recorded(): Promise<number> {
    for await (const { position } of this.store.readAll(
      this.#last === undefined ? {} : { after: this.#last },
    )) {
      this.#recorded += 1;
      this.#last = position;
    }
    return this.#recorded;
  }

  async events(): Promise<RecordedEvent[]> {
    const events = [];
    for await (const event of this.store.readAll()) events.push(event);
    return events;
  }

  /** Looks again whenever all that runs waits. */
  async #until<T>(look: () => Promise<T | undefined>): Promise<T> {
    for (let looks = 0; looks < PATIENCE; looks += 1) {
      const found = await look();
      if (found !== undefined) return found;
      await this.clock.settle();
    }
    throw new Error(`nothing came of a build: ${this.faults.map(String).join('; ')}`);
  }
}
