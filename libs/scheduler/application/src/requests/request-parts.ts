import { partsOf } from '@gild/contracts';
import type { JobRecord } from '@gild/scheduler-domain';
import type { Farm } from '../farm.js';

type Request = JobRecord['request'];

/**
 * Records the builds for all architectures of the version that a request is for; one that is recorded already stays as it is. The job
 * that holds the number comes first, so that whoever finds any of them knows that the number is in use.
 */
export const requestParts = async (
  request: Request,
  { decideJob }: Pick<Farm, 'decideJob'>,
  cause: { causationId?: string; causationStream?: string } = {},
): Promise<void> => {
  for (const part of partsOf(request))
    await decideJob(
      part.jobId,
      { type: 'RequestBuild', data: { ...request, ...part } },
      {
        ...{ actor: request.requestedBy, ...cause },
      },
    );
};
