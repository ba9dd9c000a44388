import { createHash } from 'node:crypto';
import { objectKeys, type AgentReport, type Artifact, type SyncReply } from '@gild/contracts';
import type { ObjectStore } from '@gild/ports';
import type { SchedulerService } from '@gild/scheduler-application';

type Fact = AgentReport['fact'];
type Assignment = SyncReply['run'][number];

const STEPS = [
  ...['prepare_base', 'update_packages', 'install_dependencies', 'taskserv:nginx'],
  ...['apply_config', 'cleanup', 'disk', 'boot_test', 'upload'],
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An agent that speaks the protocol of agents; the images it makes are a few bytes. */
export class SimulatedAgent {
  readonly #scheduler: SchedulerService;
  readonly #objects: ObjectStore;

  constructor(scheduler: SchedulerService, objects: ObjectStore) {
    this.#scheduler = scheduler;
    this.#objects = objects;
  }

  /** What the farm gives it to build, if anything. */
  async asksForWork(): Promise<Assignment | undefined> {
    return (await this.#sync([])).run[0];
  }

  /** Builds the image and reports it. */
  async builds(assignment: Assignment): Promise<void> {
    const { attempt } = assignment;
    const artifact = await this.#made(assignment);
    await this.#report(assignment, [
      ...courseOf(attempt),
      ...(['bios', 'uefi', 'uefi-secure'] as const).map((firmware): Fact => ({
        type: 'BootTested',
        data: { attempt, firmware, accelerator: 'tcg', passed: true, checks: [] },
      })),
      logOf(attempt),
      { type: 'ArtifactReported', data: { attempt, artifact } },
    ]);
  }

  /** Works on it, and says that a package could not be installed. */
  async failsAt(assignment: Assignment): Promise<void> {
    const { attempt } = assignment;
    const failure = { class: 'install', code: 'SCRIPT_FAILED', message: 'exit 1' } as const;
    await this.#report(assignment, [
      ...courseOf(attempt).slice(0, 5),
      logOf(attempt),
      { type: 'AttemptEnded', data: { attempt, failure } },
    ]);
  }

  async #report({ jobId, attempt }: Assignment, facts: readonly Fact[]): Promise<void> {
    const reports = facts.map((fact, index) => ({ seq: index + 1, fact }));
    await this.#sync([{ jobId, attempt, reports }]);
  }

  #sync(running: { jobId: string; attempt: number; reports: AgentReport[] }[]): Promise<SyncReply> {
    return this.#scheduler.agentSync({
      agent: {
        ...{ agentId: 'oak', sessionId: 'the-only-one', arch: 'x86_64', slots: 1, freeDiskPercent: 50 },
        ...{ host: 'oak', release: '0.1.0' },
      },
      ...{ running, draining: false, waitMs: 0 },
    });
  }

  async #made({ jobId }: Assignment): Promise<Artifact> {
    const stored = async (keyOf: (sha256: string) => string, text: string) => {
      const { created: _, ...object } = await this.#objects.put(
        keyOf(sha256(text)),
        new TextEncoder().encode(text),
      );
      return object;
    };
    return {
      object: await stored((digest) => objectKeys.artifact(digest, '.qcow2'), `disk of ${jobId}`),
      ...{ arch: 'x86_64', format: 'qcow2', virtualSizeBytes: 10_737_418_240, taskservVersions: {} },
      rootfsSha256: sha256(`root of ${jobId}`),
      packages: await stored(objectKeys.packages, '[]'),
      layers: [
        {
          ...{ step: 'prepare_base', key: 'k'.repeat(64) },
          object: await stored(objectKeys.layer, 'a layer'),
        },
      ],
      packageState: await stored(objectKeys.packageState, 'a state'),
    };
  }
}

const courseOf = (attempt: number): Fact[] => [
  {
    type: 'PlanResolved',
    data: {
      attempt,
      steps: STEPS.map((name) => ({ name, title: name, cached: false, skipped: false })),
    },
  },
  ...STEPS.flatMap((step): Fact[] => [
    { type: 'StepStarted', data: { attempt, step } },
    { type: 'StepFinished', data: { attempt, step, status: 'done', durationMs: 1000, cache: 'none' } },
  ]),
];

const logOf = (attempt: number): Fact => ({
  type: 'LogStored',
  data: { attempt, log: { chunks: 0, sizeBytes: 0, sha256: sha256(''), truncated: false } },
});
