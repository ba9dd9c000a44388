import {
  ARCHES,
  partsOf,
  subjects,
  type PrepareBuild,
  type PreparedBuild,
  type RequestBuild,
  type RequestBuildReply,
} from '@gild/contracts';
import { Fault } from '@gild/ports';
import { buildTimeMs, hasEnded, type JobRecord } from '@gild/scheduler-domain';
import { LOOP, type Farm } from '../farm.js';
import { jobIdOf } from './job-id.js';
import { requestParts } from './request-parts.js';

const RELEASE_POLL_MS = 250;
const RELEASE_POLLS = 40;

/**
 * A build of this definition: a new one, the one under way, or the one that made the version. Safe to repeat: the same
 * request id gives the same job.
 */
export const requestBuild = async (
  request: RequestBuild,
  farm: Farm,
): Promise<Required<RequestBuildReply>> => {
  const jobId = jobIdOf(request.requestId, farm.sha256);
  const known = (await farm.view.current()).jobs.get(jobId)?.record.request;
  if (known !== undefined) {
    if (known.parts !== undefined) await requestParts(known, farm, causeOf(request));
    return { jobId, ...named(known.imageName, known.imageVersion), jobIds: jobIdsOf(known), created: true };
  }
  const prepared = await prepare(request, jobId, farm);
  // A number may be held for a request that died before it was recorded: whoever asks next records it.
  if (prepared.state !== 'published')
    await requestParts(await requestOf(request, prepared, farm), farm, causeOf(request));
  farm.bell.ring(LOOP);
  return {
    jobId: prepared.jobId,
    jobIds: jobIdsOf(prepared),
    ...named(prepared.imageName, prepared.version),
    created: prepared.jobId === jobId,
  };
};

const causeOf = ({ requestId, causedBy }: RequestBuild) =>
  causedBy === undefined
    ? { causationId: requestId }
    : { causationId: causedBy.eventId, causationStream: causedBy.stream };

const named = (imageName: string, imageVersion: string) => ({ imageName, imageVersion });

const jobIdsOf = (build: Parameters<typeof partsOf>[0]): string[] => partsOf(build).map((part) => part.jobId);

/** A number held by a build that has failed is about to be given back: a new build waits for that. */
const prepare = async (request: RequestBuild, jobId: string, farm: Farm): Promise<PreparedBuild> => {
  const { actor, definition, options, definedAs } = request;
  const question: PrepareBuild = {
    ...{ jobId, actor, definition, options },
    ...(definedAs !== undefined && { definedAs }),
    ...(mayNeedSeveral(request) && { otherJobIds: furtherJobIds(request.requestId, farm) }),
  };
  for (let poll = 0; poll < RELEASE_POLLS; poll += 1) {
    const reply = await farm.messenger.request(subjects.prepareBuild, question, {
      timeoutMs: farm.timing.prepareTimeoutMs,
    });
    const prepared = reply as PreparedBuild;
    const { jobs } = await farm.view.current();
    const builds = jobIdsOf(prepared).flatMap((id) => jobs.get(id)?.record.state ?? []);
    if (prepared.state === 'published' || !builds.some(hasEnded)) return prepared;
    await farm.clock.delay(RELEASE_POLL_MS);
  }
  throw new Fault('UNAVAILABLE', 'an equal build has just failed and its version is still held; try again', {
    retryable: true,
  });
};

/** A registry of the release before knows nothing of further jobs, and refuses what it does not know. */
const mayNeedSeveral = ({ definition, options }: RequestBuild): boolean =>
  options.arch === undefined &&
  typeof definition === 'object' &&
  definition !== null &&
  'arch' in definition &&
  Array.isArray(definition.arch);

const furtherJobIds = (requestId: string, { sha256 }: Farm): string[] =>
  ARCHES.slice(1).map((_, index) => jobIdOf(requestId, sha256, index + 2));

const requestOf = async (
  request: RequestBuild,
  prepared: PreparedBuild,
  farm: Farm,
): Promise<JobRecord['request']> => {
  const { policy } = await farm.view.current();
  const { definition, parts } = prepared;
  return {
    jobId: prepared.jobId,
    imageName: prepared.imageName,
    imageVersion: prepared.version,
    buildNumber: prepared.buildNumber,
    arch: prepared.arch,
    definition,
    definitionDigest: prepared.definitionDigest,
    inputDigest: prepared.inputDigest,
    priority: request.options.priority,
    requestedBy: request.actor,
    useCache: request.options.useCache,
    bootTest: prepared.bootTest,
    infrastructureRetries: retriesIn(definition),
    timeoutMs: buildTimeMs(definition, policy),
    ...(parts !== undefined && { parts: [...parts] }),
    ...(request.because !== undefined && { because: request.because }),
  };
};

const retriesIn = ({ build_retries: retries }: Record<string, unknown>): number =>
  typeof retries === 'number' ? retries : 0;
