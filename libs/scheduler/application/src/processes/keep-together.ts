import { partsOf } from '@gild/contracts';
import { hasEnded, type JobRecord } from '@gild/scheduler-domain';
import { SCHEDULER, type Farm } from '../farm.js';
import { requestParts } from '../requests/request-parts.js';
import { entriesOf, type JobsState } from '../views/jobs-state.js';
import { causeIn } from './cause-in.js';
import { forEach, ofJob } from './for-each.js';

/**
 * Builds that make one version begin and end together: one that a crash left out is requested, and when one ends without an
 * artifact, those that still wait or run are cancelled. One that has reported is the registry's to end, which may just publish it.
 */
export const keepTogether = async (state: JobsState, farm: Farm): Promise<void> => {
  const open = [...entriesOf(state.queued, state), ...entriesOf(state.underWay, state)];
  const several = open.filter(({ record }) => record.request.parts !== undefined);
  await forEach(several, { report: farm.report, of: ofJob }, async ({ record }) => {
    const others = partsOf(record.request).filter(({ jobId }) => jobId !== record.request.jobId);
    if (others.some(({ jobId }) => !state.jobs.has(jobId))) await requestParts(record.request, farm);
    const stopped = others.flatMap(({ jobId }) => state.jobs.get(jobId)?.record ?? []).find(isStopped);
    if (stopped !== undefined && isAtWork(record)) await cancel(record, stopped, farm);
  });
};

/** Whether no artifact will come of it. */
const isStopped = ({ state }: JobRecord): boolean =>
  'cancelledBy' in state ? state.cancelledBy !== undefined : hasEnded(state) && state.status !== 'completed';

const isAtWork = ({ state }: JobRecord): boolean => state.status === 'queued' || state.status === 'running';

const STOPS = ['BuildFailed', 'BuildCancelled', 'CancelRequested'] as const;

const cancel = async ({ request, agentId }: JobRecord, stopped: JobRecord, farm: Farm): Promise<void> => {
  const data = { by: SCHEDULER, reason: reasonOf(stopped) };
  const cause = await causeIn({ jobId: stopped.request.jobId, types: STOPS }, farm);
  await farm.decideJob(request.jobId, { type: 'RequestCancel', data }, { actor: SCHEDULER, ...cause });
  if (agentId !== undefined) farm.bell.ring(agentId);
};

const reasonOf = ({ request: { arch, jobId }, cancel: cancelled, failure }: JobRecord): string => {
  const why = cancelled === undefined ? (failure?.message ?? 'it failed') : `cancelled by ${cancelled.by}`;
  return `there is no version without the image for ${arch}, whose build ${jobId} ended: ${why}`;
};
