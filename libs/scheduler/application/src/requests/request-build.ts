import {
  subjects,
  type PrepareBuild,
  type PreparedBuild,
  type RequestBuild,
  type RequestBuildReply,
} from '@gild/contracts';
import { Fault } from '@gild/ports';
import { hasEnded, type JobCommand } from '@gild/scheduler-domain';
import { LOOP, type Farm } from '../farm.js';
import { jobIdOf } from './job-id.js';

const MINUTE_MS = 60_000;
const RELEASE_POLL_MS = 250;
const RELEASE_POLLS = 40;

/**
 * A build of this definition: a new one, the one under way, or the one that made the version. Safe to repeat: the same
 * request id gives the same job.
 */
export const requestBuild = async (request: RequestBuild, farm: Farm): Promise<RequestBuildReply> => {
  const jobId = jobIdOf(request.requestId, farm.sha256);
  const known = (await farm.view.current()).jobs.get(jobId)?.record.request;
  if (known !== undefined) {
    return { jobId, imageName: known.imageName, imageVersion: known.imageVersion, created: true };
  }
  const prepared = await prepare(request, jobId, farm);
  // A number may be held for a request that died before it was recorded: whoever asks next records it.
  if (prepared.state !== 'published') await record(request, prepared, farm);
  farm.bell.ring(LOOP);
  return {
    jobId: prepared.jobId,
    imageName: prepared.imageName,
    imageVersion: prepared.version,
    created: prepared.jobId === jobId,
  };
};

/** A number held by a build that has failed is about to be given back: a new build waits for that. */
const prepare = async (request: RequestBuild, jobId: string, farm: Farm): Promise<PreparedBuild> => {
  const { actor, definition, options } = request;
  const question: PrepareBuild = { jobId, actor, definition, options };
  for (let poll = 0; poll < RELEASE_POLLS; poll += 1) {
    const reply = await farm.messenger.request(subjects.prepareBuild, question, {
      timeoutMs: farm.timing.prepareTimeoutMs,
    });
    const prepared = reply as PreparedBuild;
    const holder = (await farm.view.current()).jobs.get(prepared.jobId)?.record.state;
    if (prepared.state === 'published' || holder === undefined || !hasEnded(holder)) return prepared;
    await farm.clock.delay(RELEASE_POLL_MS);
  }
  throw new Fault('UNAVAILABLE', 'an equal build has just failed and its version is still held; try again', {
    retryable: true,
  });
};

const record = async (request: RequestBuild, prepared: PreparedBuild, farm: Farm): Promise<void> => {
  const { policy } = await farm.view.current();
  const command: JobCommand = {
    type: 'RequestBuild',
    data: {
      jobId: prepared.jobId,
      imageName: prepared.imageName,
      imageVersion: prepared.version,
      buildNumber: prepared.buildNumber,
      arch: prepared.arch,
      definition: prepared.definition,
      definitionDigest: prepared.definitionDigest,
      inputDigest: prepared.inputDigest,
      priority: request.options.priority,
      requestedBy: request.actor,
      useCache: request.options.useCache,
      bootTest: prepared.bootTest,
      infrastructureRetries: numberIn(prepared.definition, 'build_retries', 0),
      timeoutMs:
        MINUTE_MS *
        Math.min(
          numberIn(prepared.definition, 'build_timeout_minutes', policy.max_build_time_minutes),
          policy.max_build_time_minutes,
        ),
    },
  };
  const cause = { actor: request.actor, causationId: request.requestId };
  await farm.decideJob(prepared.jobId, command, cause);
};

const numberIn = (definition: Record<string, unknown>, key: string, otherwise: number): number => {
  const value = definition[key];
  return typeof value === 'number' ? value : otherwise;
};
