import { hash } from 'node:crypto';
import {
  archesOf,
  BuildOptions,
  resolveDefinition,
  streams,
  subjects,
  type AgentDescription,
  type AgentReport,
  type PrepareBuild,
  type PreparedBuild,
  type SyncReply,
  type SyncRequest,
  type VersionPart,
} from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import type { EventStore, Messenger, NewEvent, RecordedEvent } from '@gild/ports';
import { job } from '@gild/scheduler-domain';
import { fakeClock, type FakeClock } from '@gild/testing';
import type { SchedulerDeps, SchedulerTiming } from './scheduler-deps.js';
import { schedulerWith, type SchedulerService } from './scheduler-service.js';

export const sha256 = (text: string): string => hash('sha256', text, 'hex');
export const digest = 'a'.repeat(64);
const object = { key: `images/${digest}.qcow2`, sha256: digest, sizeBytes: 1_073_741_824 };
export const artifact = {
  object,
  arch: 'x86_64',
  format: 'qcow2',
  virtualSizeBytes: 10_737_418_240,
  rootfsSha256: digest,
  packages: object,
  taskservVersions: {},
} as const;

export type Fact = AgentReport['fact'];
export const planned = (attempt: number): Fact => ({
  type: 'PlanResolved',
  data: {
    attempt,
    steps: [
      { name: 'prepare_base', title: 'base', key: 'k', cached: false, skipped: false },
      { name: 'disk', title: 'disk', cached: false, skipped: false },
    ],
  },
});
export const started = (attempt: number, step = 'disk'): Fact => ({
  type: 'StepStarted',
  data: { attempt, step },
});
export const reported = (attempt: number): Fact => ({
  type: 'ArtifactReported',
  data: { attempt, artifact },
});
export const ended = (attempt: number, failureClass: 'infrastructure' | 'install' | 'cancelled'): Fact => ({
  type: 'AttemptEnded',
  data: { attempt, failure: { class: failureClass, code: 'X', message: 'it broke' } },
});

type Reserved = { jobId: string; version: string; bootTest: boolean; parts?: VersionPart[] };

/** Answers `prepareBuild` as the registry does; numbers are given back and versions published when the test says so. */
export class RegistryDouble {
  readonly held = new Map<string, Reserved>();
  readonly #store: EventStore;
  #numbers = 0;

  constructor(store: EventStore) {
    this.#store = store;
  }

  async prepare({ definition, jobId, otherJobIds = [], options }: PrepareBuild): Promise<PreparedBuild> {
    const resolved = resolveDefinition(definition as Parameters<typeof resolveDefinition>[0]);
    const inputDigest = sha256(JSON.stringify(resolved));
    const jobIds = [jobId, ...otherJobIds];
    const arches = archesOf(resolved).filter((arch) => arch === (options.arch ?? arch));
    const parts = arches.map((arch, index) => ({
      ...{ arch, jobId: jobIds[index] ?? '', inputDigest: sha256(`${inputDigest} ${arch}`) },
    }));
    const held = this.held.get(inputDigest) ?? {
      ...{ jobId, version: `1.0.${this.#numbers++}` },
      bootTest: options.bootTest,
      ...(parts.length > 1 && { parts }),
    };
    this.held.set(inputDigest, held);
    return {
      imageName: resolved.name,
      version: held.version,
      buildNumber: this.#numbers,
      arch: arches[0] ?? 'x86_64',
      definition: resolved,
      definitionDigest: inputDigest,
      inputDigest,
      bootTest: held.bootTest,
      jobId: held.jobId,
      ...(held.parts && { parts: held.parts }),
      state: await this.#standing(resolved.name, held),
    };
  }

  release(jobId: string): void {
    for (const [key, held] of this.held) if (held.jobId === jobId) this.held.delete(key);
  }

  /** `others`: jobs for further architectures, each with its first attempt. */
  async publish(jobId: string, attempt: number, others: readonly string[] = []): Promise<void> {
    const { imageName, imageVersion, ...request } = await this.#request(jobId);
    const { buildNumber, definition, definitionDigest, inputDigest } = request;
    await this.#append(streams.version(String(imageName), String(imageVersion)), 'VersionPublished', {
      ...{ imageName, version: imageVersion, buildNumber, jobId, attempt, createdBy: 'ada' },
      ...{ definition, definitionDigest, inputDigest, artifact },
      ...(others.length > 0 && {
        others: others.map((id) => ({ jobId: id, attempt: 1, inputDigest, artifact })),
      }),
    });
  }

  async refuse(jobId: string, attempt: number, why: { class?: string; code?: string } = {}): Promise<void> {
    const { imageName, imageVersion } = await this.#request(jobId);
    const stream = streams.version(String(imageName), String(imageVersion));
    await this.#append(stream, 'ArtifactRefused', {
      ...{ jobId, attempt, message: 'its digest differs' },
      ...why,
    });
  }

  async #standing(image: string, { jobId, version }: Reserved): Promise<PreparedBuild['state']> {
    const versions = await readAll(this.#store, streams.version(image, version));
    if (versions.some(({ type }) => type === 'VersionPublished')) return 'published';
    return (await readAll(this.#store, streams.job(jobId))).length > 0 ? 'building' : 'reserved';
  }

  async #request(jobId: string): Promise<Record<string, unknown>> {
    return (await readAll(this.#store, streams.job(jobId)))[0]?.data ?? {};
  }

  async #append(stream: string, type: string, data: Record<string, unknown>): Promise<void> {
    await this.#store.append(stream, 'any', [newEvent(type, data)]);
  }
}

let events = 0;
export const newEvent = (type: string, data: Record<string, unknown>): NewEvent => ({
  id: `00000000-0000-4000-9000-${String((events += 1)).padStart(12, '0')}`,
  type,
  data,
  metadata: {
    time: '2026-11-23T09:00:00.000Z',
    actor: 'registry',
    correlationId: 'c',
    causationId: 'c',
    schema: 1,
  },
});

export const readAll = async (store: EventStore, stream: string): Promise<RecordedEvent[]> => {
  const found: RecordedEvent[] = [];
  for await (const event of store.readStream(stream)) found.push(event);
  return found;
};

export type World = {
  clock: FakeClock;
  store: EventStore;
  registry: RegistryDouble;
  hints: string[];
  /** Publishes a hint. */
  tell: (subject: string, payload: unknown) => void;
  faults: unknown[];
  /** Of what each fault was said to be. */
  blamed: unknown[];
  /** Another scheduler over the same log; not started. */
  scheduler: (
    timing?: Partial<SchedulerTiming>,
    decider?: typeof job,
    means?: Partial<SchedulerDeps>,
  ) => SchedulerService;
  messenger: Messenger;
  /** Types of the events of a job. */
  course: (jobId: string) => Promise<string[]>;
};

export const world = (): World => {
  const clock = fakeClock();
  const store = memoryEventStore();
  const registry = new RegistryDouble(store);
  const hints: string[] = [];
  const ears = new Map<string, Set<(payload: unknown, subject: string) => void>>();
  const [faults, blamed]: [unknown[], unknown[]] = [[], []];
  const messenger: Messenger = {
    request: async (subject, payload) => {
      if (subject !== subjects.prepareBuild) throw new Error(`nobody answers ${subject}`);
      return registry.prepare(payload as PrepareBuild);
    },
    hint: (subject, payload) => {
      hints.push(subject);
      for (const ear of ears.get(subject) ?? []) queueMicrotask(() => ear(payload, subject));
    },
    onHint: async (subject, ear) => {
      const listening = ears.get(subject) ?? new Set();
      ears.set(subject, listening.add(ear));
      return () => void listening.delete(ear);
    },
  };
  let ids = 0;
  const uuid = () => `00000000-0000-4000-8000-${String((ids += 1)).padStart(12, '0')}`;
  const deps = {
    ...{ clock, store, messenger, sha256 },
    ids: { uuid, ulid: () => '01KAYQ4C00ABCDEFGHJKMNPQRS' },
    report: (error: unknown, of?: unknown) => {
      faults.push(error);
      blamed.push(of);
    },
  };
  return {
    ...{ clock, store, registry, messenger, hints, faults, blamed },
    tell: (subject, payload) => messenger.hint(subject, payload),
    scheduler: (timing = {}, decider = job, means = {}) =>
      schedulerWith({ ...deps, ...means, timing }, decider),
    course: async (jobId) => (await readAll(store, streams.job(jobId))).map(({ type }) => type),
  };
};

export const buildOf = (
  name: string,
  rest: { requestId?: string; definition?: object; priority?: number } = {},
) => ({
  requestId: rest.requestId ?? `request of ${name}`,
  actor: 'ada',
  definition: { name, base_os: 'debian', os_version: '12', ...rest.definition },
  options: BuildOptions.parse({ priority: rest.priority ?? 0 }),
});

/** An agent that does what it is told, one call at a time. */
export class AgentDouble {
  readonly work = new Map<
    string,
    { jobId: string; attempt: number; reports: AgentReport[]; lastSeq: number }
  >();
  readonly agentId: string;
  sessionId = 'session-1';
  /** What it announces beside its own architecture. */
  emulation: Pick<AgentDescription, 'emulates' | 'couldEmulate'> = {};
  cannotBuild: AgentDescription['cannotBuild'];
  cannotBoot: AgentDescription['cannotBoot'];
  arch: AgentDescription['arch'] = 'x86_64';
  #scheduler: SchedulerService;
  last: SyncReply | undefined;

  constructor(agentId: string, scheduler: SchedulerService) {
    this.agentId = agentId;
    this.#scheduler = scheduler;
  }

  use(scheduler: SchedulerService): void {
    this.#scheduler = scheduler;
  }

  request(
    waitMs = 0,
    rest: Partial<SyncRequest> & Partial<Pick<AgentDescription, 'slots' | 'freeDiskPercent'>> = {},
  ): SyncRequest {
    const { slots = 1, freeDiskPercent = 50, ...changes } = rest;
    return {
      agent: {
        ...{ agentId: this.agentId, sessionId: this.sessionId, arch: this.arch, slots, freeDiskPercent },
        ...{ host: 'h', release: '0.1.0', ...this.emulation },
        ...(this.cannotBuild && { cannotBuild: this.cannotBuild }),
        ...(this.cannotBoot && { cannotBoot: this.cannotBoot }),
      },
      running: [...this.work.values()].map(({ jobId, attempt, reports }) => ({
        jobId,
        attempt,
        reports: [...reports],
      })),
      draining: false,
      waitMs,
      ...changes,
    };
  }

  async sync(waitMs = 0, rest: Parameters<AgentDouble['request']>[1] = {}): Promise<SyncReply> {
    const reply = await this.#scheduler.agentSync(this.request(waitMs, rest));
    this.apply(reply);
    return reply;
  }

  apply(reply: SyncReply): void {
    this.last = reply;
    for (const { jobId, attempt, seq } of reply.acknowledged) {
      const work = this.work.get(`${jobId}/${attempt}`);
      if (work !== undefined) work.reports = work.reports.filter((report) => report.seq > seq);
    }
    for (const { jobId, attempt, why } of reply.stop) {
      if (why === 'stale') this.work.delete(`${jobId}/${attempt}`);
    }
    for (const { jobId, attempt } of reply.run) {
      const key = `${jobId}/${attempt}`;
      if (!this.work.has(key)) this.work.set(key, { jobId, attempt, reports: [], lastSeq: 0 });
    }
  }

  report(jobId: string, fact: Fact): void {
    const work = this.work.get(`${jobId}/${fact.data.attempt}`);
    if (work === undefined) throw new Error(`${this.agentId} does not run ${jobId}/${fact.data.attempt}`);
    work.lastSeq += 1;
    work.reports.push({ seq: work.lastSeq, fact });
  }

  /** Forgets an attempt whose end was acknowledged. */
  forget(jobId: string, attempt: number): void {
    this.work.delete(`${jobId}/${attempt}`);
  }

  restart(sessionId: string): void {
    this.work.clear();
    this.sessionId = sessionId;
  }
}

/** A started scheduler with an agent that speaks to it. */
export class FarmDouble {
  readonly w = world();
  readonly scheduler = this.w.scheduler();
  readonly oak = new AgentDouble('oak', this.scheduler);

  /** A build that oak was given, but has not named yet. */
  async running(name = 'web'): Promise<string> {
    const { jobId } = await this.scheduler.requestBuild(buildOf(name));
    await this.oak.sync();
    await this.w.clock.settle();
    await this.oak.sync();
    return jobId;
  }
}
