import { DEFAULT_POLICY, type AgentReport, type Failure, type JobEvent } from '@gild/contracts';
import { epochMs, laterBy } from '@gild/kernel';
import {
  agent,
  decideGrants,
  EventList,
  highestAttempt,
  isTrouble,
  job,
  lossOf,
  suspicion,
  withTrouble,
  type AgentCommand,
  type JobCommand,
} from '@gild/scheduler-domain';
import { ended, planned, reported, started } from '../scheduler-under-test.spec.js';
import { seededRandom } from '@gild/testing';
import {
  attemptOf,
  buildOf,
  holderOf,
  queuedBuild,
  requestOf,
  runningBuild,
  type Build,
} from './builds.spec.js';
import { FarmLedger } from './farm-ledger.spec.js';
import { capacityOf, hostsOf, roundOf, type Host, type Work } from './hosts.spec.js';

const BEGIN = '2026-11-23T00:00:00.000Z';
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const LEASE = 30 * SECOND;
const STOPS_AFTER = 0.8 * LEASE;
const LOOK_EVERY = 20 * SECOND;
const ARRIVE_WITHIN = 2 * HOUR;
const LONGEST_BUILD = 30 * MINUTE;
const BETWEEN_FAULTS = 2 * HOUR;
/** By then everything has ended, or never will. */
const GIVE_UP = 24 * HOUR;

type Fact = AgentReport['fact'];
const leaseLost = (attempt: number): Fact => ({
  type: 'AttemptEnded',
  data: { attempt, failure: { class: 'infrastructure', code: 'LEASE_LOST', message: 'nobody was heard' } },
});

type Ending = { failure: Failure; retryAt?: string | undefined };

export type LargeFarmSize = { agents: number; builds: number };
/** What decides; a test puts something else in the place of one of them, to see that it is noticed. */
type Deciders = { job: typeof job; decideGrants: typeof decideGrants; suspicion: typeof suspicion };
const REAL: Deciders = { job, decideGrants, suspicion };

/**
 * A farm of thousands in simulated time: the scheduler's own decisions over agents that die, freeze, are cut off, drain, break
 * and come back, and over builds that fail, are cancelled, or kill their agent. Everything follows from the seed.
 */
export class LargeFarm {
  readonly ledger: FarmLedger;
  /** The longest that a build waited for an agent. */
  longestWaitMs = 0;
  /** Reports of attempts that counted no more, all refused. */
  refused = 0;
  /** How often an agent was quarantined. */
  quarantined = 0;
  readonly #draw: () => number;
  readonly #events = new EventList();
  readonly #deciders: Deciders;
  readonly #size: LargeFarmSize;
  readonly #policy;
  readonly #hosts: Map<string, Host>;
  readonly #builds = new Map<string, Build>();
  readonly #queued = new Set<string>();
  readonly #underWay = new Set<string>();

  constructor(seed: number, size: LargeFarmSize, deciders: Partial<Deciders> = {}) {
    this.#draw = seededRandom(seed);
    this.#size = size;
    this.#deciders = { ...REAL, ...deciders };
    const minDiskFreePercent = DEFAULT_POLICY.min_disk_free_percent;
    this.#policy = { maxParallelBuilds: Math.ceil(size.agents * 1.1), minDiskFreePercent };
    this.ledger = new FarmLedger(this.#policy);
    this.#hosts = hostsOf(size.agents, this.#draw);
  }

  /** How long all of it took, in simulated time. */
  get lastedMs(): number {
    return this.#events.nowMs;
  }

  run(): void {
    for (const host of this.#hosts.values()) {
      this.#announce(host);
      this.#planFault(host);
    }
    for (let n = 0; n < this.#size.builds; n += 1)
      this.#events.in(this.#draw() * ARRIVE_WITHIN, () => this.#request(n));
    this.#events.in(0, () => this.#look());
    while (this.ledger.ended < this.#size.builds && this.#events.nowMs < GIVE_UP) this.#events.step();
    const open = this.ledger.open();
    if (open.length > 0)
      this.ledger.faults.push(`${open.length} builds never ended: ${open.slice(0, 5).join(', ')}`);
  }

  get #now(): string {
    return laterBy(BEGIN, Math.floor(this.#events.nowMs));
  }

  #decideAgent(host: Host, command: AgentCommand): void {
    const decision = agent.decide(command, host.state);
    if (decision.ok) for (const event of decision.events) host.state = agent.evolve(host.state, event);
  }

  #announce({ agentId, arch, emulates, slots, deaths }: Host): void {
    const sessionId = `session ${deaths}`;
    const data = {
      agentId,
      sessionId,
      arch,
      emulates: [...emulates],
      slots,
      host: agentId,
      release: '0.1.0',
    };
    const known = this.#hosts.get(agentId);
    if (known !== undefined) this.#decideAgent(known, { type: 'AnnounceAgent', data });
  }

  /** Records what follows from a command; `by`: the agent whose report it is. */
  #decide(build: Build, command: JobCommand, by?: string): boolean {
    const decision = this.#deciders.job.decide(command, build.state);
    if (!decision.ok) return false;
    for (const event of decision.events) {
      const holder = this.#holderOf(build);
      build.state = job.evolve(build.state, event);
      this.ledger.take(build.jobId, event, by);
      if (holder !== undefined) this.#follow(build, event, holder);
    }
    this.#place(build);
    return true;
  }

  #place({ jobId, state: { status } }: Build): void {
    this.#queued[status === 'queued' ? 'add' : 'delete'](jobId);
    const counts = status === 'running' || status === 'reported' || status === 'cancelling';
    this.#underWay[counts ? 'add' : 'delete'](jobId);
  }

  /** What an event says of the agent, and who else has to do something now. */
  #follow(build: Build, event: JobEvent, holder: Host): void {
    if (event.type === 'AttemptGranted') build.setback = undefined;
    if (event.type === 'ArtifactReported') this.#awaitRegistry(build, event.data.attempt);
    if (event.type === 'BuildCompleted' && build.round === roundOf(holder)) this.#release(holder);
    if (event.type === 'AttemptFailed') this.#setBack(build, holder, event.data);
    if (event.type === 'AttemptLost')
      this.#setBack(build, holder, { failure: lossOf(event.data), retryAt: event.data.retryAt });
  }

  #setBack(build: Build, { agentId }: Host, { failure, retryAt }: Ending): void {
    if (retryAt !== undefined) {
      const delayMs = epochMs(retryAt) - epochMs(this.#now);
      build.setback = { agentId, failureClass: failure.class, delayMs, retryAt };
    }
    const holder = this.#hosts.get(agentId);
    if (holder !== undefined && isTrouble(failure)) this.#suspect(build, holder, failure);
  }

  #suspect(build: Build, host: Host, { code, message }: { code: string; message: string }): void {
    const { jobId, state } = build;
    const [round, attempt] = [roundOf(host), highestAttempt(state)];
    if (build.round !== round) return;
    host.troubles = withTrouble(host.troubles, { jobId, attempt, code, message, time: this.#now });
    const found = this.#deciders.suspicion(host.troubles, round);
    if (found === undefined) return;
    const data = { agentId: host.agentId, by: 'scheduler', ...found, round, now: this.#now };
    this.#decideAgent(host, { type: 'QuarantineFailing', data });
    if (roundOf(host) === round) return;
    host.troubles = [];
    this.quarantined += 1;
  }

  #release(host: Host): void {
    host.troubles = [];
    const { agentId } = host;
    const data = { agentId, by: 'scheduler', reason: 'it works', round: roundOf(host) };
    this.#decideAgent(host, { type: 'ReleaseWorking', data });
  }

  #request(n: number): void {
    const build = buildOf(n, this.#draw, { images: this.#size.builds * 0.3, now: this.#now });
    this.#builds.set(build.jobId, build);
    this.#decide(build, { type: 'RequestBuild', data: requestOf(build) });
    if (this.#draw() < 0.02) this.#events.in(this.#draw() * HOUR, () => this.#cancel(build));
  }

  #cancel(build: Build): void {
    this.#decide(build, { type: 'RequestCancel', data: { by: 'bob' } });
    if (build.state.status !== 'cancelling') return;
    const host = this.#holderOf(build);
    const work = host?.work.get(build.jobId);
    if (host !== undefined && work !== undefined)
      this.#soon(host, 5 * SECOND, () => this.#finish(host, work, ended(work.attempt, 'cancelled')));
  }

  #holderOf(build: Build): Host | undefined {
    return this.#hosts.get(holderOf(build));
  }

  #buildsOf(jobIds: Iterable<string>): Build[] {
    return [...jobIds].flatMap((jobId) => this.#builds.get(jobId) ?? []);
  }

  /** Agents that were heard within their lease. */
  #present(): Host[] {
    const heard = this.#events.nowMs - LEASE;
    return [...this.#hosts.values()].filter((host) => host.condition === 'well' || host.lastHeardMs > heard);
  }

  #look(): void {
    this.#events.in(LOOK_EVERY, () => this.#look());
    if (this.#queued.size === 0) return;
    const [now, hosts] = [this.#now, this.#present()];
    const nowMs = epochMs(now);
    const queue = this.#buildsOf(this.#queued).map(queuedBuild);
    const running = this.#buildsOf(this.#underWay).map(runningBuild);
    const question = { queue, running, agents: hosts.map(capacityOf), policy: this.#policy, now };
    const { grants } = this.#deciders.decideGrants(question);
    const wanting = new Map(queue.map((build) => [build.jobId, build]));
    const placed = grants.flatMap(({ jobId, attempt, agentId }) => {
      const build = this.#builds.get(jobId);
      const [wanted, host] = [wanting.get(jobId), this.#hosts.get(agentId)];
      if (build === undefined || wanted === undefined || host === undefined) return [];
      this.#grant(build, host, attempt);
      this.ledger.judgeGrant(wanted, host, nowMs);
      return wanted;
    });
    const begun = new Set(placed);
    const left = queue.filter((build) => !begun.has(build));
    this.ledger.judgeTurn(left, placed, { hosts, nowMs });
  }

  #grant(build: Build, host: Host, attempt: number): void {
    const data = { attempt, agentId: host.agentId, leaseMs: LEASE, now: this.#now };
    if (!this.#decide(build, { type: 'GrantAttempt', data })) return;
    this.longestWaitMs = Math.max(this.longestWaitMs, epochMs(this.#now) - epochMs(build.requestedAt));
    build.round = roundOf(host);
    const work = { jobId: build.jobId, attempt, facts: 0, heardMs: this.#events.nowMs };
    this.#soon(host, SECOND * (1 + this.#draw()), () => {
      if (host.condition !== 'well' || attemptOf(build) !== attempt) return;
      host.work.set(build.jobId, work);
      if (host.work.size > host.slots)
        this.ledger.faults.push(`${host.agentId} works on ${host.work.size} builds`);
      this.#work(host, work, build.poison);
    });
    this.#events.in(LEASE, () => this.#checkLease(build, host, work));
  }

  /** An agent names what it works on; what was not begun there was never named. */
  #hear({ condition, lastHeardMs, work: held }: Host, work: Work): void {
    if (condition === 'well') {
      if (held.get(work.jobId) === work) work.heardMs = this.#events.nowMs;
    } else if (work.facts > 0) work.heardMs = Math.max(work.heardMs, lastHeardMs);
  }

  #checkLease(build: Build, host: Host, work: Work): void {
    if (attemptOf(build) !== work.attempt) return;
    this.#hear(host, work);
    const leftMs = work.heardMs + LEASE - this.#events.nowMs;
    if (leftMs > 0) return this.#events.in(leftMs, () => this.#checkLease(build, host, work));
    const unheard = work.facts === 0 ? { unheard: true } : {};
    const data = { attempt: work.attempt, message: 'its agent was silent', now: this.#now, ...unheard };
    this.#decide(build, { type: 'LoseAttempt', data });
    const { agentId, lastHeardMs } = host;
    if (host.condition !== 'well')
      this.#decideAgent(host, {
        type: 'ReportSilence',
        data: { agentId, silentMs: this.#events.nowMs - lastHeardMs },
      });
  }

  /** What an agent does next, unless it dies before. */
  #soon(host: Host, delayMs: number, act: () => void): void {
    const { deaths } = host;
    this.#events.in(delayMs, () => {
      if (host.deaths === deaths) act();
    });
  }

  #work(host: Host, work: Work, poison: boolean): void {
    const { attempt } = work;
    this.#tell(host, work, planned(attempt));
    const dice = this.#draw();
    const fate =
      host.broken || dice < 0.06
        ? ended(attempt, 'infrastructure')
        : dice < 0.1
          ? ended(attempt, 'install')
          : reported(attempt);
    const tookMs = host.broken ? 10 * SECOND : MINUTE + this.#draw() * LONGEST_BUILD;
    this.#soon(host, tookMs, () => (poison ? this.#die(host, MINUTE) : this.#finish(host, work, fate)));
  }

  #finish(host: Host, work: Work, fate: Fact): void {
    if (host.work.get(work.jobId) !== work) return;
    host.work.delete(work.jobId);
    this.#tell(host, work, fate);
  }

  /** Reports arrive when their agent is heard, some of them twice, and some of those much too late. */
  #tell(host: Host, work: Work, fact: Fact): void {
    work.facts += 1;
    const seq = work.facts;
    const arrive = () => this.#record(host, work, { seq, fact });
    if (host.condition === 'well') arrive();
    else host.untold.push(arrive);
    if (this.#draw() < 0.1) this.#events.in(this.#draw() * 3 * LEASE, arrive);
  }

  #record({ agentId }: Host, { jobId, attempt }: Work, { seq, fact }: { seq: number; fact: Fact }): void {
    const build = this.#builds.get(jobId);
    if (build === undefined) return;
    if (this.#decide(build, { type: 'RecordFact', data: { agentId, seq, fact, now: this.#now } }, agentId))
      return;
    this.refused += 1;
    this.#decide(build, { type: 'NoteLateReport', data: { attempt, agentId, report: fact.type } });
  }

  #awaitRegistry(build: Build, attempt: number): void {
    const isFine = this.#draw() < 0.97;
    this.#events.in(this.#draw() * 20 * SECOND, () => {
      const failure = { class: 'infrastructure', code: 'STORE_IO', message: 'it cannot be read' } as const;
      if (isFine) this.#decide(build, { type: 'CompleteBuild', data: { attempt, version: '1.0.0' } });
      else this.#decide(build, { type: 'RefuseArtifact', data: { attempt, failure, now: this.#now } });
    });
  }

  #planFault(host: Host): void {
    this.#events.in(-Math.log(1 - this.#draw()) * BETWEEN_FAULTS, () => {
      this.#planFault(host);
      const dice = this.#draw();
      if (host.condition !== 'well') return;
      if (dice < 0.3) this.#drain(host);
      else if (dice < 0.6) this.#die(host, MINUTE + this.#draw() * 10 * MINUTE);
      else if (dice < 0.62 && host.isSpare) this.#die(host, Infinity);
      else this.#silence(host, dice < 0.8 ? 'cut' : 'frozen');
    });
  }

  #drain(host: Host): void {
    const [agentId, by] = [host.agentId, 'ada'];
    this.#decideAgent(host, { type: 'DrainAgent', data: { agentId, by } });
    this.#events.in(10 * MINUTE, () =>
      this.#decideAgent(host, { type: 'ResumeAgent', data: { agentId, by } }),
    );
  }

  #leave(host: Host, condition: Host['condition']): void {
    host.condition = condition;
    host.lastHeardMs = this.#events.nowMs - this.#draw() * 5 * SECOND;
  }

  #die(host: Host, awayMs: number): void {
    this.#leave(host, 'dead');
    host.deaths += 1;
    host.work.clear();
    host.untold = [];
    if (awayMs !== Infinity) this.#events.in(awayMs, () => this.#comeBack(host));
  }

  /** One that is cut off ends its builds by its own clock; a frozen one goes on where it was, and does not know the time. */
  #silence(host: Host, condition: 'cut' | 'frozen'): void {
    this.#leave(host, condition);
    if (condition === 'cut')
      this.#soon(host, STOPS_AFTER, () => {
        if (host.condition !== 'cut') return;
        for (const work of [...host.work.values()]) this.#finish(host, work, leaseLost(work.attempt));
      });
    this.#soon(host, this.#draw() * 10 * LEASE, () => this.#comeBack(host));
  }

  /** Heard again, it tells what it could not tell, and is told what of its work counts no more; what it has lost is lost. */
  #comeBack(host: Host): void {
    host.condition = 'well';
    if (this.#draw() < 0.3) host.broken = false;
    this.#announce(host);
    for (const tell of host.untold.splice(0)) tell();
    for (const work of [...host.work.values()]) {
      const { jobId, attempt } = work;
      this.#tell(host, work, started(attempt));
      const build = this.#builds.get(jobId);
      if (build === undefined || attemptOf(build) !== attempt || this.#holderOf(build) !== host)
        host.work.delete(jobId);
    }
  }
}
