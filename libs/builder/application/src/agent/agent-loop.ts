import {
  AGENT_PROTOCOL,
  type AgentDescription,
  subjects,
  SyncReply,
  type SyncRequest,
} from '@gild/contracts';
import { type Clock, Fault, type Messenger } from '@gild/ports';
import type { Execute } from './attempts.js';
import { bell, type Bell } from './bell.js';
import { leaseGuard } from './lease-guard.js';
import { type WorkList, workList } from './work-list.js';

/** Two replies in a row may be lost within `LEASE_SHARE` of a lease of 30 s, with room for a third question. */
const HELD_BACK_MS = 5_000;
const ANSWER_WITHIN_MS = 3_000;
/** Facts come in bursts; this long they are gathered before they are told. */
const GATHER_MS = 20;
const FIRST_BACK_OFF_MS = 250;
const LONGEST_BACK_OFF_MS = 4_000;
/** Of what only a person can change an agent asks rarely. */
const REFUSED_BACK_OFF_MS = 30_000;
const REFUSALS = ['AGENT_INCOMPATIBLE', 'AGENT_NOT_JOINED'];
/** How long an agent that leaves waits for somebody to take note. */
const FAREWELL_MS = 2_000;
/** A build is stopped before its lease ends on the granting side. */
const LEASE_SHARE = 0.8;

export type AgentLoop = {
  messenger: Messenger;
  clock: Clock;
  describe: () => Promise<AgentDescription>;
  execute: Execute;
  /** Told why the agent cannot take part, whenever the reason changes; everything is tried again. */
  report: (error: unknown) => void;
  /** Aborted: end what runs, say so, and leave. What ran is granted again, here or elsewhere. */
  signal: AbortSignal;
  /** Whether it leaves, as if it were aborted, once it is drained and has nothing left to do; no unless told. */
  leaveWhenDrained?: boolean;
};

/**
 * The agent's side of the sync protocol: tells the scheduler its whole state, does what it is told, for ever. An
 * unreachable scheduler is asked again with back-off; a lease that could not be renewed ends the builds of the agent by
 * its own clock, before they are granted to another one. Resolves when the agent has left. Fault: AGENT_REPLACED when
 * another process takes part under its name.
 */
export const agentLoop = async (agent: AgentLoop): Promise<void> => {
  const { clock, signal } = agent;
  const news = bell();
  const work = workList({ execute: agent.execute, onNews: news.ring });
  const guard = leaseGuard(clock, () =>
    work.stopAll(new Fault('LEASE_LOST', 'the scheduler was out of reach for too long')),
  );
  const onLeave = (): void => news.ring();
  signal.addEventListener('abort', onLeave, { once: true });
  try {
    const replaced = await stayInSync({ agent, work, news, renew: guard.renew });
    work.stopAll(replaced ?? new Fault('AGENT_LEAVING', 'the agent was stopped'));
    await work.idle();
    if (replaced !== undefined) throw replaced;
    await sayFarewell(agent, work);
  } finally {
    guard.stop();
    signal.removeEventListener('abort', onLeave);
  }
};

type Syncing = { agent: AgentLoop; work: WorkList; news: Bell; renew: (untilMs: number) => void };

/** Until it has to leave; answers the fault when that is because another process replaced it. */
const stayInSync = async (syncing: Syncing): Promise<Fault | undefined> => {
  const { agent } = syncing;
  const tell = onChange(agent.report);
  const { clock, signal } = agent;
  let backOffMs = FIRST_BACK_OFF_MS;
  let heldBackMs = HELD_BACK_MS;
  while (!signal.aborted) {
    try {
      const turn = await syncOnce(syncing, heldBackMs);
      if (turn.kind === 'replaced') return turn.fault;
      if (turn.kind === 'drained') return undefined;
      tell(undefined);
      backOffMs = FIRST_BACK_OFF_MS;
      heldBackMs = HELD_BACK_MS;
      await clock.delay(turn.pauseMs, signal);
    } catch (error) {
      if (!signal.aborted) tell(error);
      // The scheduler is away or the agent is leaving: everything is told again next time, and answered at once.
      heldBackMs = 0;
      const pauseMs = REFUSALS.includes(kindOf(error)) ? REFUSED_BACK_OFF_MS : backOffMs;
      await clock.delay(pauseMs, signal).catch(() => undefined);
      backOffMs = Math.min(backOffMs * 2, LONGEST_BACK_OFF_MS);
    }
  }
  return undefined;
};

const kindOf = (error: unknown): string => (error instanceof Fault ? error.code : String(error));

/** Passes on an error that is another one than the one before it; undefined: all is well. */
const onChange = (report: (error: unknown) => void): ((error: unknown) => void) => {
  let last: string | undefined;
  return (error) => {
    const kind = error === undefined ? undefined : kindOf(error);
    if (error !== undefined && kind !== last) report(error);
    last = kind;
  };
};

/** What follows from an exchange: another one, or that the agent has to go. */
type Turn = { kind: 'again'; pauseMs: number } | { kind: 'replaced'; fault: Fault } | { kind: 'drained' };

/**
 * One exchange, and how long to wait before the next. News of a build interrupts a reply that is held back: what that
 * reply would have said is said again in answer to the next request.
 */
const syncOnce = async ({ agent, work, news, renew }: Syncing, heldBackMs: number): Promise<Turn> => {
  const { messenger, clock } = agent;
  const description = await agent.describe();
  news.silence(); // what rang until here is in the request
  const request = requestOf(agent, work, { description, heldBackMs });
  const sentMs = clock.monotonicMs();
  const timeoutMs = request.waitMs + ANSWER_WITHIN_MS;
  const answer = messenger.request(subjects.agentSync(description.agentId), request, { timeoutMs });
  const reply = await (request.waitMs === 0 ? unlessAborted(answer, agent.signal) : unlessRung(answer, news));
  if (reply === undefined) return again(GATHER_MS);
  const wanted = SyncReply.parse(reply);
  const { leaseMs, nextSyncMs, replaced, drain } = wanted;
  renew(sentMs + leaseMs * LEASE_SHARE);
  work.apply(wanted);
  if (replaced === true) return { kind: 'replaced', fault: replacedAs(description.agentId) };
  if (agent.leaveWhenDrained === true && drain === true && !work.hasWork()) return { kind: 'drained' };
  return again(work.hasReports() ? Math.max(GATHER_MS, nextSyncMs) : nextSyncMs);
};

const again = (pauseMs: number): Turn => ({ kind: 'again', pauseMs });

const replacedAs = (agentId: string): Fault =>
  new Fault(
    'AGENT_REPLACED',
    `another process takes part as agent ${agentId}: give each its own GILD_AGENT_ID`,
  );

const requestOf = (
  { signal }: AgentLoop,
  work: WorkList,
  { description, heldBackMs }: { description: AgentDescription; heldBackMs: number },
): SyncRequest => ({
  protocol: AGENT_PROTOCOL,
  agent: description,
  running: work.state(),
  draining: signal.aborted,
  waitMs: work.hasReports() || signal.aborted ? 0 : heldBackMs,
});

/** The answer, or undefined when the bell rings first; an answer nobody waits for any more is dropped. */
const unlessRung = async (answer: Promise<unknown>, news: Bell): Promise<unknown> => {
  answer.catch(() => undefined);
  return Promise.race([answer, news.rung()]);
};

/** The answer, or undefined when the agent has to leave first. */
const unlessAborted = async (answer: Promise<unknown>, signal: AbortSignal): Promise<unknown> => {
  answer.catch(() => undefined);
  const settled = new AbortController();
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { signal: settled.signal });
  });
  return Promise.race([answer, aborted]).finally(() => settled.abort());
};

/** That it leaves, with the last facts, once: what the scheduler does not hear it finds out by itself. */
const sayFarewell = async (agent: AgentLoop, work: WorkList): Promise<void> => {
  try {
    const description = await agent.describe();
    const request = { ...requestOf(agent, work, { description, heldBackMs: 0 }), draining: true };
    const subject = subjects.agentSync(description.agentId);
    await agent.messenger.request(subject, request, { timeoutMs: FAREWELL_MS });
  } catch {
    return;
  }
};
