import { DEFAULT_POLICY, streams, type JobEvent, type SyncReply, type SyncRequest } from '@gild/contracts';
import { laterBy } from '@gild/kernel';
import type { RecordedEvent } from '@gild/ports';
import { job } from '@gild/scheduler-domain';
import {
  AgentDouble,
  buildOf,
  ended,
  planned,
  reported,
  started,
  world,
  type World,
} from './scheduler-under-test.spec.js';
import type { SchedulerService } from './scheduler-service.js';
import { seededRandom } from '@gild/testing';
import { Death, unsteady } from './unsteady-store.spec.js';

const AGENTS = ['oak', 'elm', 'fir', 'ash'];
const SLOTS = 2;
const PARALLEL = DEFAULT_POLICY.max_parallel_builds;
const MOST_OPEN = 12;
/** A scheduler dies after fewer appends than this, counted from a random moment. */
const MOST_LAST_APPENDS = 4;

/**
 * `lenient`: whoever places builds is not told that another one was faster. `clocks`: the wall clock jumps, by an hour at most,
 * to and fro.
 */
export type Storm = { decider?: typeof job; schedulers?: number; lenient?: boolean; clocks?: boolean };

/**
 * A farm under a storm: agents die, come back, and go on as zombies that hear nothing; messages are repeated, delayed and
 * reordered; schedulers crash; people cancel. Everything follows from the seed.
 */
export class Simulation {
  readonly w: World = world();
  readonly violations: string[] = [];
  /** How often each type of event was recorded: what the storm really touched. */
  readonly counts = new Map<string, number>();
  /** How often a scheduler died between a placement and one of its grants. */
  cutShort = 0;
  readonly #draw: () => number;
  readonly #decider: typeof job;
  readonly #lenient: boolean;
  readonly #agents = new Map<string, AgentDouble>();
  readonly #deaf = new Set<string>();
  readonly #delayed: SyncRequest[] = [];
  readonly #jobs: string[] = [];
  readonly #unended = new Set<string>();
  readonly #schedulers: SchedulerService[];
  readonly #deaths = new Map<SchedulerService, Death>();
  #sessions = 0;
  #builds = 0;

  constructor(seed: number, { decider = job, schedulers = 1, lenient = false, clocks = false }: Storm = {}) {
    this.#lenient = lenient;
    if (clocks) this.#moves.push([6, () => this.#jump()]);
    this.#draw = seededRandom(seed);
    this.#decider = decider;
    this.#schedulers = Array.from({ length: schedulers }, () => this.#newScheduler(schedulers));
    for (const agentId of AGENTS) this.#agents.set(agentId, new AgentDouble(agentId, this.#scheduler));
  }

  async run(steps: number): Promise<void> {
    for (const scheduler of this.#schedulers) await scheduler.start();
    for (let step = 0; step < steps; step += 1) await this.#step();
    await this.#calmDown();
    await this.#judge();
    for (const scheduler of this.#schedulers) await scheduler.stop();
  }

  #newScheduler(schedulers: number): SchedulerService {
    const death = new Death();
    const means = { draw: this.#draw, slow: schedulers > 1, lenient: this.#lenient };
    const scheduler = this.w.scheduler({}, this.#decider, {
      store: unsteady(this.w.store, means, death),
      report: (error) => death.hasCome || this.w.faults.push(error),
      // Agents that lose builds would be passed over, and two schedulers seldom meet at one.
      quarantines: !this.#lenient,
    });
    this.#deaths.set(scheduler, death);
    return scheduler;
  }

  /** Whichever of them a message reaches. */
  get #scheduler(): SchedulerService {
    const [only] = this.#schedulers;
    const found = this.#schedulers.length > 1 ? this.#pick(this.#schedulers) : only;
    if (found === undefined) throw new Error('no scheduler');
    return found;
  }

  readonly #moves: [weight: number, move: () => Promise<void>][] = [
    [40, () => this.#sync()],
    [20, () => this.#work()],
    [12, () => this.w.clock.advance(Math.floor(this.#draw() * 4000))],
    [6, () => this.#request()],
    [5, () => this.#settleArtifact()],
    [4, () => this.#repeatOldSync()],
    [3, () => this.#becomeDeaf()],
    [3, () => this.#hearAgain()],
    [2, () => this.#restartAgent()],
    [2, () => this.#cancel()],
    [4, () => this.#crash()],
    [1, () => this.w.clock.advance(31_000)],
  ];

  async #step(): Promise<void> {
    if (this.#schedulers.length > 1 && this.#draw() < 0.1) return this.#rush();
    const total = this.#moves.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#draw() * total;
    for (const [weight, move] of this.#moves) {
      left -= weight;
      if (left < 0) return move();
    }
  }

  /** Asked for one by one, as what has ended is of no interest any more: a night ends tens of thousands. */
  async #open() {
    const scheduler = this.#scheduler;
    const asked = await Promise.all([...this.#unended].map((jobId) => scheduler.job(jobId)));
    return asked.filter(({ job_id: jobId, status }) => {
      const isOpen = status !== 'completed' && status !== 'failed';
      if (!isOpen) this.#unended.delete(jobId);
      return isOpen;
    });
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#draw() * items.length)];
  }

  #agent(): AgentDouble {
    const agent = this.#agents.get(this.#pick(AGENTS) ?? 'oak');
    if (agent === undefined) throw new Error('no such agent');
    return agent;
  }

  async #request(): Promise<void> {
    if ((await this.#open()).length < MOST_OPEN) await this.#ask();
  }

  async #ask(): Promise<void> {
    this.#builds += 1;
    const rest = {
      requestId: `request ${this.#builds}`,
      definition: { labels: { n: String(this.#builds) } },
    };
    const { jobId } = await this.#scheduler.requestBuild(buildOf(`image${this.#builds % 5}`, rest));
    this.#jobs.push(jobId);
    this.#unended.add(jobId);
  }

  /** Everybody is free and everybody wants something at once: the schedulers look at the same moment. */
  async #rush(): Promise<void> {
    for (const agent of this.#agents.values()) {
      for (const { jobId, attempt } of [...agent.work.values()]) this.#end(agent, jobId, reported(attempt));
    }
    const open = await this.#open();
    const settled = open.map(({ job_id, attempt, status }) =>
      status === 'caching' ? this.w.registry.publish(job_id, attempt) : undefined,
    );
    const asked = Array.from({ length: Math.min(4, Math.max(0, MOST_OPEN - open.length)) }, () =>
      this.#ask(),
    );
    await Promise.all([...settled, ...asked]);
    await Promise.all(
      [...this.#agents.values()].map(async (agent) => {
        const reply = await this.#scheduler.agentSync(agent.request(0, { slots: SLOTS }));
        if (!this.#deaf.has(agent.agentId)) this.#obey(agent, reply);
      }),
    );
  }

  async #sync(): Promise<void> {
    const agent = this.#agent();
    const request = agent.request(0, { slots: SLOTS });
    if (this.#draw() < 0.2) this.#delayed.push(request);
    const reply = await this.#scheduler.agentSync(request);
    if (this.#draw() < 0.1) await this.#scheduler.agentSync(request);
    const isLost = this.#draw() < 0.15 || this.#deaf.has(agent.agentId);
    if (!isLost) this.#obey(agent, reply);
  }

  /** Stops what it is told to stop, and lets go of what has ended and was acknowledged. Whoever was replaced ends whole. */
  #obey(agent: AgentDouble, reply: SyncReply): void {
    if (reply.replaced === true) return this.#startAgain(agent);
    agent.apply(reply);
    for (const { jobId, attempt, why } of reply.stop) {
      if (why !== 'stale' && agent.work.has(`${jobId}/${attempt}`))
        this.#end(agent, jobId, ended(attempt, 'cancelled'));
    }
    for (const [key, { reports }] of agent.work) {
      if (this.#finished.has(`${agent.agentId}/${agent.sessionId}/${key}`) && reports.length === 0)
        agent.work.delete(key);
    }
    this.#judgeSlotsOf(agent);
  }

  #judgeSlotsOf(agent: AgentDouble): void {
    const busy = [...agent.work.keys()].filter(
      (key) => !this.#finished.has(`${agent.agentId}/${agent.sessionId}/${key}`),
    );
    if (busy.length > SLOTS) this.violations.push(`I9: ${agent.agentId} works on ${busy.join(', ')}`);
  }

  readonly #finished = new Set<string>();

  #end(agent: AgentDouble, jobId: string, fact: Parameters<AgentDouble['report']>[1]): void {
    const key = `${agent.agentId}/${agent.sessionId}/${jobId}/${fact.data.attempt}`;
    if (this.#finished.has(key)) return;
    this.#finished.add(key);
    agent.report(jobId, fact);
  }

  /** Zombies work on too: they do not know that they are dead. */
  async #work(): Promise<void> {
    const agent = this.#agent();
    const it = this.#pick([...agent.work.values()]);
    if (
      it === undefined ||
      this.#finished.has(`${agent.agentId}/${agent.sessionId}/${it.jobId}/${it.attempt}`)
    )
      return;
    const dice = this.#draw();
    if (it.lastSeq === 0) agent.report(it.jobId, planned(it.attempt));
    else if (dice < 0.5) agent.report(it.jobId, started(it.attempt, dice < 0.25 ? 'prepare_base' : 'disk'));
    else if (dice < 0.85) this.#end(agent, it.jobId, reported(it.attempt));
    else this.#end(agent, it.jobId, ended(it.attempt, dice < 0.93 ? 'infrastructure' : 'install'));
  }

  /** The registry judges what is reported, sometimes late; it publishes as its own log says, whatever happens meanwhile. */
  async #settleArtifact(): Promise<void> {
    const found = this.#pick((await this.#open()).filter(({ status }) => status === 'caching'));
    if (found === undefined) return;
    if (this.#draw() < 0.8) await this.w.registry.publish(found.job_id, found.attempt);
    else await this.w.registry.refuse(found.job_id, found.attempt);
  }

  async #repeatOldSync(): Promise<void> {
    const old = this.#pick(this.#delayed);
    if (old !== undefined) await this.#scheduler.agentSync(old);
  }

  async #becomeDeaf(): Promise<void> {
    if (this.#deaf.size < AGENTS.length - 1) this.#deaf.add(this.#agent().agentId);
  }

  async #hearAgain(): Promise<void> {
    this.#deaf.delete(this.#agent().agentId);
  }

  async #restartAgent(): Promise<void> {
    const agent = this.#agent();
    this.#startAgain(agent);
    this.#deaf.delete(agent.agentId);
  }

  /** As whatever watches over its process does, however that ended. */
  #startAgain(agent: AgentDouble): void {
    this.#sessions += 1;
    agent.restart(`later session ${this.#sessions}`);
  }

  async #cancel(): Promise<void> {
    const jobId = this.#pick(this.#jobs.slice(-MOST_OPEN));
    if (jobId !== undefined)
      await this.#scheduler.cancelBuild({ jobId, actor: 'bob' }).catch(() => undefined);
  }

  async #jump(): Promise<void> {
    const hours = this.#draw() * 2 - 1;
    this.w.clock.setWallClock(laterBy(this.w.clock.now(), Math.round(hours * 3_600_000)));
  }

  /** Whoever dies has no warning: it goes on as all others do, until nothing of it is recorded any more. */
  async #crash(): Promise<void> {
    const old = this.#scheduler;
    const death = this.#deaths.get(old);
    const next = this.#newScheduler(this.#schedulers.length);
    await next.start();
    this.#schedulers.splice(this.#schedulers.indexOf(old), 1, next);
    death?.after(Math.floor(this.#draw() * MOST_LAST_APPENDS));
    await this.#rush();
    death?.after(0);
    await old.stop();
    this.#deaths.delete(old);
    if (death?.leftGrants === true) this.cutShort += 1;
  }

  /** Everybody lives and works again: whatever is open must come to its end. */
  async #calmDown(): Promise<void> {
    this.#deaf.clear();
    for (const agentId of this.#agents.keys())
      await this.#scheduler.releaseAgent({ agentId, actor: 'ada' }).catch(() => undefined);
    for (let round = 0; round < 600; round += 1) {
      const open = await this.#open();
      if (open.length === 0) return;
      for (const { job_id, attempt, status } of open) {
        if (status === 'caching') await this.w.registry.publish(job_id, attempt);
      }
      for (const agent of this.#agents.values()) {
        for (const { jobId, attempt } of [...agent.work.values()]) this.#end(agent, jobId, reported(attempt));
        this.#obey(agent, await this.#scheduler.agentSync(agent.request(0, { slots: SLOTS })));
      }
      await this.w.clock.advance(1000);
    }
    this.violations.push('I8: builds are still open after ten calm minutes');
  }

  async #slotFaults(): Promise<string[]> {
    const ledger = new SlotLedger();
    for await (const event of this.w.store.readAll()) {
      this.counts.set(event.type, (this.counts.get(event.type) ?? 0) + 1);
      ledger.take(event);
    }
    return ledger.faults;
  }

  async #courses() {
    const found = new Map<string, RecordedEvent[]>();
    for await (const event of this.w.store.readAll({ filter: { streamPrefixes: ['job-'] } })) {
      found.set(event.stream, [...(found.get(event.stream) ?? []), event]);
    }
    return [...found].map(([stream, recorded]) => {
      const events = recorded.map(({ type, data }) => ({ type, data }) as JobEvent);
      return { jobId: stream.slice(streams.job('').length), recorded, events };
    });
  }

  /** The invariants, checked on the log itself. */
  async #judge(): Promise<void> {
    const tell = (...found: string[]) => this.violations.push(...found);
    for (const { jobId, recorded, events } of await this.#courses()) {
      if (recorded.some(({ revision }, index) => revision !== index)) tell(`I2: ${jobId} has a gap`);
      tell(...terminalFaults(events).map((fault) => `I3: ${jobId} ${fault}`));
    }
    tell(...(await this.#slotFaults()).map((fault) => `I9: ${fault}`));
    for (const scheduler of this.#schedulers) {
      const { views } = await scheduler.verifyViews();
      if (views.some(({ equal }) => !equal)) tell('I6: the served view differs from a fresh fold');
    }
    tell(...this.w.faults.map((fault) => `fault: ${String(fault)}`));
  }
}

/** Who holds what, event by event. */
class SlotLedger {
  readonly faults: string[] = [];
  readonly #images = new Map<string, string>();
  readonly #holders = new Map<string, string>();
  readonly #underWay = new Set<string>();

  take({ type, stream, data }: RecordedEvent): void {
    if (type === 'BuildRequested') this.#images.set(stream, String(data['imageName']));
    if (type === 'AttemptGranted') this.#grant(stream, String(data['agentId']));
    if (FREEING.has(type)) this.#holders.delete(stream);
    if (OVER.has(type) || type === 'BuildCompleted') this.#underWay.delete(stream);
  }

  #grant(stream: string, agentId: string): void {
    this.#holders.set(stream, agentId);
    const held = [...this.#holders.values()].filter((holder) => holder === agentId).length;
    if (held > SLOTS) this.faults.push(`${agentId} held ${held} attempts in ${SLOTS} slots`);
    const image = this.#images.get(stream);
    if ([...this.#underWay].some((other) => this.#images.get(other) === image))
      this.faults.push(`two builds of ${image} ran at once`);
    this.#underWay.add(stream);
    if (this.#underWay.size > PARALLEL) this.faults.push(`${this.#underWay.size} builds ran at once`);
  }
}

/** Events after which an attempt holds no slot. */
const FREEING: ReadonlySet<string> = new Set(['ArtifactReported', 'AttemptFailed', 'AttemptLost']);

/** Events after which nothing of an attempt counts. */
const OVER: ReadonlySet<string> = new Set(['AttemptFailed', 'AttemptLost']);

const TERMINAL: ReadonlySet<JobEvent['type']> = new Set(['BuildCompleted', 'BuildFailed', 'BuildCancelled']);

/** What breaks "observed finished exactly once, by the highest attempt granted, and nothing of another one used". */
const terminalFaults = (events: readonly JobEvent[]): string[] => {
  const ends = events.filter(({ type }) => TERMINAL.has(type)).map(({ type }) => type);
  const lastEnd = events.findLastIndex(({ type }) => TERMINAL.has(type));
  const lastGrant = events.findLastIndex(({ type }) => type === 'AttemptGranted');
  return [
    ...(ends.length === 1 ? [] : [`ended ${ends.length} times (${ends.join(', ')})`]),
    ...(lastGrant > lastEnd ? ['was granted again after its end'] : []),
    ...foreignFacts(events),
  ];
};

/** Facts of an attempt that was never granted, was replaced, or was over. */
const foreignFacts = (events: readonly JobEvent[]): string[] => {
  let highest = 0;
  let current: number | undefined;
  return events.flatMap((event) => {
    if (event.type === 'LateReportRefused' || !('attempt' in event.data)) return [];
    const { attempt } = event.data;
    const expected = event.type === 'AttemptGranted' ? highest + 1 : current;
    if (event.type === 'AttemptGranted') highest = current = attempt;
    if (OVER.has(event.type)) current = undefined;
    return attempt === expected
      ? []
      : [`has ${event.type} of attempt ${attempt}, not ${expected ?? 'of any'}`];
  });
};
