import type { CancelBuild } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { LOOP, type Farm } from '../farm.js';
import { jobNotFound } from './job-queries.js';

/** Asks for the end of a build. Faults: JOB_NOT_FOUND, JOB_ENDED. */
export const cancelBuild = async ({ jobId, actor, reason }: CancelBuild, farm: Farm): Promise<void> => {
  const data = { by: actor, ...(reason === undefined ? {} : { reason }) };
  const asked = { actor, causationId: farm.ids.uuid() };
  const decision = await farm.decideJob(jobId, { type: 'RequestCancel', data }, asked);
  if (!decision.ok) {
    if (decision.rejection.code === 'JOB_NOT_FOUND') throw jobNotFound(jobId);
    throw new Fault('JOB_ENDED', `build ${jobId} has ended already: there is nothing to cancel`);
  }
  const agentId = (await farm.view.current()).jobs.get(jobId)?.record.agentId;
  if (agentId !== undefined) farm.bell.ring(agentId);
  farm.bell.ring(LOOP);
};
