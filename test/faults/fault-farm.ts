import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvePolicy, streams } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { clockOfTheHost, ended } from '@gild/testing';
import { NatsFarm } from '../e2e/nats-farm.js';
import { leftoversOf } from '../e2e/leftovers.js';
import { repository } from '../e2e/gild-home.js';
import { within } from './within.js';
import { eventsOfJob, type RawEvent, rawEvents, type Told } from './farm-record.js';
import { damagedObjects, violationsIn } from './invariants.js';

const DOUBLES = join(repository, 'test', 'dist', 'faults', 'doubles');
const SMALL_BUILDS = join(DOUBLES, 'small-builds.js');
/** For a service: its wall clock is off by GILD_TEST_CLOCK_MS. */
export const WRONG_CLOCK = join(DOUBLES, 'wrong-clock.js');
const SUBMIT_PATIENCE_MS = 5_000;
const GATES = 'abcdefgh'.split('');

/** What a build's one taskserv does while it is installed, by name. A gate holds it up until the test opens it. */
const WORK: Readonly<Record<string, string>> = {
  quick: 'echo quick >"$GILD_ROOT/quick"',
  stubborn: `trap '' TERM; sleep 3600 & while :; do sleep 1; done`,
  'kills-its-agent': 'true',
  ...Object.fromEntries(
    GATES.map((gate) => [
      `gate-${gate}`,
      `echo waiting at gate ${gate}; sleep 3600 & until [ -e /run/gates/${gate} ]; do sleep 0.1; done; kill $!`,
    ]),
  ),
};

type AgentHow = {
  /** Off: it says that it builds for its own architecture alone. */
  emulation?: 'on' | 'off';
  /** `small`: images of a few bytes; `whole`: as on any farm. */
  builds?: 'small' | 'whole';
  env?: NodeJS.ProcessEnv;
  under?: readonly string[];
};

/**
 * A farm of real processes that faults are done to. Its agents are real too, sandboxes, work folders and uploads included; what
 * they build is small unless told otherwise. Everything its clients were told is kept, for the invariants.
 */
export class FaultFarm {
  readonly told: Told[] = [];
  readonly #agents = new Map<string, ChildProcess>();
  #removed = false;
  #submitted = 0;

  private constructor(readonly services: NatsFarm) {}

  /** `address` and `under`: of all processes that are not told otherwise. */
  static async started(place: { address?: string; under?: readonly string[] } = {}): Promise<FaultFarm> {
    return new FaultFarm(await NatsFarm.started({ ...place, prepare }));
  }

  get folder(): string {
    return this.services.folder;
  }

  /** Where an agent keeps what it needs. */
  stateOf(agentId: string): string {
    return join(this.folder, 'agents', agentId);
  }

  /** An agent as a process of its own; one of that name that has ended is started again. */
  startAgent(
    agentId: string,
    { emulation = 'off', builds = 'small', env, under }: AgentHow = {},
  ): ChildProcess {
    const told = {
      ...{ GILD_AGENT_ID: agentId, GILD_STATE: this.stateOf(agentId), GILD_EMULATION: emulation },
      GILD_TEST_GATES: join(this.folder, 'gates'),
    };
    const child = this.services.start(
      'builder',
      { ...told, ...env },
      { ...(under && { under }), imports: builds === 'small' ? [SMALL_BUILDS] : [] },
    );
    this.#agents.set(agentId, child);
    return child;
  }

  /** Resolves when the farm has heard of all these agents. */
  async agentsAreThere(...agentIds: readonly string[]): Promise<void> {
    await within(30_000, `${agentIds.join(', ')} take part`, async () => {
      const known = this.events().filter(({ type }) => type === 'AgentAnnounced');
      return agentIds.every((each) => known.some(({ data }) => data['agentId'] === each));
    });
  }

  /** Asks for a build of an image of its own until the farm says which job that is, however often that takes. */
  async submit(work: string, key = `request-${process.pid}-${this.#submitted + 1}`): Promise<string> {
    this.#submitted += 1;
    const image = `image-${this.#submitted}`;
    let jobId: string | undefined;
    await within(60_000, `${key} is answered`, async () => {
      jobId = await this.submitOnce({ work, image, key });
      return jobId !== undefined;
    });
    return jobId ?? '';
  }

  /** Asks once: undefined when there was no answer, or none yet. */
  async submitOnce({
    work,
    image,
    key,
    patienceMs = SUBMIT_PATIENCE_MS,
  }: Submission): Promise<string | undefined> {
    try {
      const { status, body } = await this.services.call('POST', '/v1/builds', {
        body: { definition: definitionOf(image, work), options: { useCache: false, bootTest: false } },
        headers: { 'idempotency-key': key },
        signal: AbortSignal.timeout(patienceMs),
      });
      if (status === 202) {
        const { job_id: jobId } = body['job'] as { job_id: string };
        this.told.push({ key, outcome: 'acked', jobId });
        return jobId;
      }
      if (status < 500) throw new RangeError(`${status}: ${JSON.stringify(body)}`);
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
    this.told.push({ key, outcome: 'unknown' });
    return undefined;
  }

  openGate(gate: string): void {
    writeFileSync(join(this.folder, 'gates', gate), '');
  }

  /** The raw log, as it is on disk now. */
  events(): RawEvent[] {
    return rawEvents(join(this.folder, 'events.db'));
  }

  /** Resolves with the event of a job that is looked for, once it is recorded. */
  async recorded(
    jobId: string,
    wanted: (event: RawEvent) => boolean,
    patienceMs = 60_000,
  ): Promise<RawEvent> {
    let found: RawEvent | undefined;
    await within(
      patienceMs,
      () => `${wanted.toString()} in ${JSON.stringify(eventsOfJob(this.events(), jobId).map(said))}`,
      () => (found = eventsOfJob(this.events(), jobId).find(wanted)) !== undefined,
    );
    if (found === undefined) throw new Error('unreachable');
    return found;
  }

  /** Resolves when a build works on its taskserv. */
  async isAtWork(jobId: string): Promise<void> {
    await this.recorded(
      jobId,
      ({ type, data }) => type === 'StepStarted' && String(data['step']).startsWith('taskserv:'),
    );
  }

  /** Resolves when an attempt of a build has begun on its agent. */
  async hasBegun(jobId: string, attempt: number): Promise<void> {
    await this.recorded(jobId, ({ type, data }) => type === 'StepStarted' && data['attempt'] === attempt);
  }

  async isCompleted(jobId: string, patienceMs?: number): Promise<RawEvent> {
    return this.recorded(jobId, ({ type }) => type === 'BuildCompleted', patienceMs);
  }

  /** What is left of an agent on this host. */
  leftoversOf(agentId: string): ReturnType<typeof leftoversOf> {
    return leftoversOf(this.stateOf(agentId));
  }

  /** Sends an agent a signal. */
  kill(agentId: string, signal: NodeJS.Signals): void {
    this.#agents.get(agentId)?.kill(signal);
  }

  /** Asks an agent to end; resolves with its exit code. */
  async stopAgent(agentId: string): Promise<number | NodeJS.Signals | null> {
    this.kill(agentId, 'SIGTERM');
    const child = this.#agents.get(agentId);
    return child === undefined ? null : ended(child);
  }

  /** How an agent ended; null while it has not. */
  exitOf(agentId: string): number | NodeJS.Signals | null {
    const { exitCode = null, signalCode = null } = this.#agents.get(agentId) ?? {};
    return exitCode ?? signalCode;
  }

  /** Sends all processes of a service a signal. */
  signal(service: string, signal: NodeJS.Signals): void {
    for (const child of this.services.processesOf(service)) child.kill(signal);
  }

  /** Asks a service to end; resolves with the exit code of its last process. */
  async end(service: string): Promise<number | NodeJS.Signals | null | undefined> {
    this.signal(service, 'SIGTERM');
    const exits = await Promise.all(this.services.processesOf(service).map(ended));
    return exits.at(-1);
  }

  /** The same, and starts another one. */
  async restart(service: string): Promise<number | NodeJS.Signals | null | undefined> {
    const exit = await this.end(service);
    this.services.start(service);
    return exit;
  }

  /** Keys of all disks in the object store. */
  disks(): string[] {
    return readdirSync(join(this.folder, 'objects', 'objects', 'images'));
  }

  /** Does what a service manager does, until the returned function is called. */
  restartWhenKilled(...agentIds: readonly string[]): () => void {
    let stopped = false;
    const watch = (agentId: string): unknown =>
      this.#agents.get(agentId)?.once('exit', () => {
        if (stopped || this.#removed) return;
        this.startAgent(agentId);
        watch(agentId);
      });
    agentIds.forEach(watch);
    return () => {
      stopped = true;
    };
  }

  /** All of a build's log that there is, over its attempts. */
  async logOf(jobId: string): Promise<string> {
    const { text } = await this.services.text('GET', `/v1/jobs/${jobId}/logs`);
    const pieces = [...text.matchAll(/"base64":"([^"]*)"/g)];
    return pieces.map(([, piece = '']) => Buffer.from(piece, 'base64').toString()).join('');
  }

  /** What must hold and does not; of agents that are lost at the moment nobody need know yet. */
  violations(...lost: readonly string[]): string[] {
    const alive = [...this.#agents].filter(([, child]) => isAlive(child)).map(([agentId]) => agentId);
    const agents = [...alive, ...lost];
    const events = this.events();
    return [
      ...violationsIn(events, { told: this.told, agents }),
      ...damagedObjects(events, join(this.folder, 'objects')),
    ];
  }

  remove(): Promise<void> {
    this.#removed = true;
    return this.services.remove();
  }
}

type Submission = { work: string; image: string; key: string; patienceMs?: number };

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

const said = ({ type, data: { attempt, step, agentId } }: RawEvent): string => {
  const words = [attempt, step, agentId].filter((word) => word !== undefined);
  return words.length === 0 ? type : `${type} ${JSON.stringify(words)}`;
};

/** What the services of such a farm find in their folder, and are told of it. */
const prepare = async (folder: string): Promise<NodeJS.ProcessEnv> => {
  await allowBuilds(join(folder, 'events.db'));
  for (const name of ['gates', 'agents', 'taskservs']) mkdirSync(join(folder, name), { mode: 0o755 });
  for (const [name, script] of Object.entries(WORK)) {
    const home = join(folder, 'taskservs', name);
    mkdirSync(home);
    writeFileSync(join(home, 'taskserv.yaml'), JSON.stringify(taskservOf(name, script)));
  }
  return { GILD_TASKSERVS: join(folder, 'taskservs') };
};

/** As many builds at the same time as there are agents. */
const allowBuilds = async (path: string): Promise<void> => {
  const store = sqliteEventStore({ path, clock: clockOfTheHost });
  const policy = resolvePolicy({ max_parallel_builds: 100 });
  const metadata = {
    time: clockOfTheHost.now(),
    actor: 'test',
    correlationId: 'c',
    causationId: 'c',
    schema: 1,
  };
  const id = '00000000-0000-4000-8000-000000000000';
  await store.append(streams.policy('local'), 'none', [
    { id, type: 'PolicySet', data: { policy, by: 'test' }, metadata },
  ]);
  await store.close();
};

const taskservOf = (name: string, script: string) => ({
  ...{ name, description: 'A test', version_package: 'base-files' },
  distributions: { debian: [{ scripts: [{ name, content: script }] }] },
  checks: [{ name: 'always', command: ['true'] }],
});

const definitionOf = (name: string, work: string) => ({
  ...{ name, base_os: 'debian', os_version: '12', taskservs: [work], disk_size_gb: 10 },
  ...{ auto_updates: false, arch: process.arch === 'arm64' ? 'aarch64' : 'x86_64' },
  steps: {
    ...{ update_packages: false, install_dependencies: false, apply_config: false, run_tests: false },
    ...{ cleanup_caches: false, cleanup_temp_files: false, remove_build_artifacts: false },
  },
});

/** Names of what is in an agent's scratch folder, but for the trees it keeps. */
export const workFoldersOf = (state: string): string[] =>
  readdirSync(join(state, 'scratch')).filter((name) => name !== 'trees');
