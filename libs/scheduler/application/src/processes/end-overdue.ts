import { highestAttempt, timeForAttempt, timeForBuild, type JobCommand } from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';
import { entriesOf, type JobEntry, type JobsState } from '../views/jobs-state.js';
import { forEach, ofAgent, ofJob } from './for-each.js';

/** Ends what nobody reports on any more: attempts without a lease, builds over their time, agents that fell silent. */
export const endOverdue = async (state: JobsState, farm: Farm): Promise<void> => {
  const entries = entriesOf(state.underWay, state);
  farm.leases.keep(state.underWay);
  for (const entry of entries) farm.leases.of(entry);
  farm.leases.looked();
  await forEach(entries, { report: farm.report, of: ofJob }, async (entry) => {
    const command = overdue(entry, farm);
    if (command !== undefined)
      await farm.decideJob(entry.record.request.jobId, command, { actor: SCHEDULER });
  });
  if (!knowsWhoIsSilent(farm)) return;
  await forEach(state.agents, { report: farm.report, of: ofAgent }, async ([agentId, agent]) => {
    const silentMs = farm.present.silentMs(agentId);
    if (agent.state.status === 'present' && silentMs >= farm.timing.leaseMs)
      await farm.decideAgent(agentId, { type: 'ReportSilence', data: { agentId, silentMs } });
  });
};

/** Whoever could not hear for a while gives everybody a full period first, as after a start. */
const knowsWhoIsSilent = ({ hearing, timing }: Farm): boolean => hearing.forMs() >= timing.leaseMs;

const overdue = (entry: JobEntry, farm: Farm): JobCommand | undefined => {
  const { state, agentId = 'unknown' } = entry.record;
  if (state.status !== 'running' && state.status !== 'cancelling') return undefined;
  const { leases, timing, clock, hearing } = farm;
  const place = { attempt: highestAttempt(state), now: clock.now() };
  if (leases.hasEnded(leases.of(entry)) && knowsWhoIsSilent(farm)) {
    const heardMs = hearing.forMs();
    const { jobId } = entry.record.request;
    const unheard = leases.isUnheard(entry, heardMs);
    const notBegun = unheard && farm.present.silentMs(agentId) < timing.leaseMs;
    const tookMs = leases.tookUntilHeardMs({ jobId, attempt: place.attempt }, heardMs);
    const message = whyLost(agentId, notBegun, timing.leaseMs);
    return { type: 'LoseAttempt', data: { ...place, message, unheard, notBegun, tookMs } };
  }
  const message = overTime(entry, agentId, farm);
  if (message === undefined) return undefined;
  const failure = { class: 'timeout', code: 'BUILD_TIMEOUT', message } as const;
  return { type: 'EndAttempt', data: { ...place, failure } };
};

const whyLost = (agentId: string, notBegun: boolean, leaseMs: number): string => {
  const seconds = Math.round(leaseMs / 1000);
  return notBegun
    ? `agent ${agentId} did not begin within ${seconds} s, though it was there`
    : `agent ${agentId} was silent for ${seconds} s`;
};

const overTime = ({ record }: JobEntry, agentId: string, { leases, timing }: Farm): string | undefined => {
  const limit = `the build took longer than its limit of ${Math.round(timeForBuild(record) / 60_000)} minutes`;
  if (timeForAttempt(record) <= 0) return limit;
  const lease = leases.of({ record });
  // An agent that was not heard since this scheduler's start may be lost, which is no fault of the build.
  const wasTold = lease.confirmed && leases.isOverdue(lease, timing.timeoutGraceMs);
  return wasTold ? `${limit}, and agent ${agentId} did not end it` : undefined;
};
