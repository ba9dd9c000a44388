import type { SyncReply, SyncRequest } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { tellOthers } from '../agents/heard-agents.js';
import { LOOP, type Farm } from '../farm.js';
import type { JobsState } from '../views/jobs-state.js';
import { requireMemberIn } from '../membership/membership-use-cases.js';
import { desiredState, isNews } from './desired-state.js';
import { compareWithGrants } from './missing-attempts.js';
import { orUndecided } from './undecided.js';
import { acknowledgements, takeReports, type Taken } from './take-reports.js';

/** After being told to start or end something an agent needs a moment before there is anything new to say. */
const AFTER_NEWS_MS = 50;
const AFTER_STOP_MS = 250;
/** Reports that this release cannot take come again, and do not hurry: well within a lease. */
const AFTER_UNDECIDED_MS = 5_000;

/** One turn of the protocol: what the agent does and knows goes in, what it should do comes out. */
export const agentSync = async (
  request: SyncRequest,
  farm: Farm,
  signal: AbortSignal,
): Promise<SyncReply> => {
  const state = await farm.view.current();
  if (isOfPastSession(request, state)) return farewell(request, farm);
  const { agentId } = request.agent;
  await orUndecided(announce(request, state, farm), { of: { agentId }, report: farm.report });
  if (farm.present.saw(request)) farm.bell.ring(LOOP);
  const taken: Taken[] = [];
  for (const running of request.running) {
    taken.push(await takeReports(agentId, running, farm));
  }
  const doubtful = await compareWithGrants(request, { farm, state: await farm.view.current() });
  tellOthers(request, await farm.view.current(), farm);
  const acknowledged = acknowledgements(taken);
  const hurried = doubtful || acknowledged.length > 0;
  return { ...(await waitForNews(request, taken, { farm, signal, hurried })), acknowledged };
};

type Waiting = { farm: Farm; signal: AbortSignal; hurried: boolean };

/** Answers at once when there is something to say, else when there is or the agent's patience ends. */
const waitForNews = async (
  request: SyncRequest,
  taken: readonly Taken[],
  { farm, signal, hurried }: Waiting,
): Promise<Omit<SyncReply, 'acknowledged'>> => {
  const { clock, bell, view, timing } = farm;
  const untilMs = clock.monotonicMs() + (hurried ? 0 : request.waitMs);
  for (;;) {
    // Listened to before the state is read: a change after the reading rings.
    const ear = bell.listen(request.agent.agentId);
    try {
      const state = await view.current();
      requireMemberIn(state, request.agent.agentId, farm);
      const desired = desiredState(request, taken, { farm, state });
      const left = untilMs - clock.monotonicMs();
      const news = isNews(desired, request);
      if (news || left <= 0 || signal.aborted) {
        return {
          ...desired,
          leaseMs: timing.leaseMs,
          nextSyncMs: pauseAfter(taken, { stops: desired.stop.length > 0 || signal.aborted, news }),
          ...(isDrained(request, state) && { drain: true }),
        };
      }
      await firstOf(ear.rung, (stop) => clock.delay(left, stop));
    } finally {
      ear.stop();
    }
  }
};

const isDrained = ({ agent }: SyncRequest, { agents }: JobsState): boolean => {
  const known = agents.get(agent.agentId)?.state;
  return known !== undefined && known.status !== 'unknown' && known.drain !== undefined;
};

const pauseAfter = (taken: readonly Taken[], { stops, news }: { stops: boolean; news: boolean }): number => {
  if (taken.some(({ undecided }) => undecided)) return AFTER_UNDECIDED_MS;
  if (stops) return AFTER_STOP_MS;
  return news ? AFTER_NEWS_MS : 0;
};

const firstOf = async (rung: Promise<void>, delay: (stop: AbortSignal) => Promise<void>): Promise<void> => {
  const over = new AbortController();
  const waited = delay(over.signal).catch(() => undefined);
  await Promise.race([rung, waited]);
  over.abort();
};

/** Of a process that another one took the place of, maybe long on its way: nothing of it is true any more. */
const isOfPastSession = ({ agent }: SyncRequest, { agents }: JobsState): boolean =>
  agents.get(agent.agentId)?.pastSessions.includes(agent.sessionId) ?? false;

const farewell = ({ running }: SyncRequest, { timing }: Farm): SyncReply => ({
  run: [],
  stop: running.map(({ jobId, attempt }) => ({ jobId, attempt, why: 'stale' })),
  acknowledged: [],
  leaseMs: timing.leaseMs,
  nextSyncMs: AFTER_STOP_MS,
  replaced: true,
});

const announce = async ({ agent }: SyncRequest, { agents }: JobsState, farm: Farm): Promise<void> => {
  const { freeDiskPercent: _, layers: __, ...data } = agent;
  const known = agents.get(agent.agentId)?.state;
  if (known?.status === 'present' && canonicalJson(known.announced) === canonicalJson(data)) return;
  await farm.decideAgent(agent.agentId, { type: 'AnnounceAgent', data });
};
