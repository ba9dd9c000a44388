import {
  ImageEvent,
  streams,
  VersionEvent,
  type ImageBuildPolicy,
  type PrepareBuild,
  type PreparedBuild,
  type VersionPart,
} from '@gild/contracts';
import { decisive, eventParser, loadDecideAppend } from '@gild/application-core';
import { fold } from '@gild/kernel';
import { Fault } from '@gild/ports';
import {
  answeringVersion,
  image,
  version,
  type HeldVersion,
  type ImageRejection,
  type ImageState,
  type ReserveVersion,
} from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import { buildOfNumber } from './build-of-number.js';
import type { oneAtATime } from './one-at-a-time.js';
import { requireBase } from './require-base.js';
import { resolveBuild, type PreparingDeps, type ResolvedBuild } from './resolved-build.js';

type Preparation = Omit<PrepareBuild, 'actor'> & { policy: ImageBuildPolicy };

/** Job of a preview: nothing is reserved for it. */
const NOBODY = '';

const parseImage = eventParser(ImageEvent);
const readImage = decisive(parseImage);
const readVersion = decisive(eventParser(VersionEvent));

/** Reserves a number for the job, or answers with the build or version of equal inputs. Safe to repeat. */
export const prepareBuild = async (
  request: Preparation & { actor: string },
  deps: PreparingDeps & { inTurn: ReturnType<typeof oneAtATime> },
): Promise<PreparedBuild> => {
  const build = await resolveBuild(request, deps);
  const data = reservation(request, build, deps.clock.now());
  const context = {
    ...{ actor: request.actor, now: data.now, commandId: deps.ids.uuid() },
    ...{ correlationId: request.jobId, causationId: request.jobId },
  };
  const command = { type: 'ReserveVersion', data } as const;
  const stream = streams.image(data.imageName);
  const decision = await deps.inTurn(data.imageName, () =>
    loadDecideAppend(deps, { decider: image, stream, parse: parseImage, command, context }),
  );
  if (!decision.ok) throw refusal(decision.rejection);
  const held = answeringVersion(await imageState(data.imageName, deps), data);
  if (held === undefined) throw vanished(data.imageName);
  const { imageName, jobId, base } = data;
  if (held.jobId === jobId && held.confirmed === undefined)
    await requireBase({ imageName, version: held.version, jobId, base }, deps, context);
  return prepared(held, { build, jobId: data.jobId }, deps);
};

/** What `prepareBuild` would answer; records nothing but the inputs object. */
export const previewBuild = async (
  request: Omit<Preparation, 'jobId' | 'otherJobIds'>,
  deps: PreparingDeps,
): Promise<PreparedBuild> => {
  const build = await resolveBuild(request, deps);
  const data = reservation(
    { ...request, jobId: NOBODY, otherJobIds: build.parts.map(() => NOBODY) },
    build,
    deps.clock.now(),
  );
  const state = await imageState(data.imageName, deps);
  const decision = image.decide({ type: 'ReserveVersion', data }, state);
  if (!decision.ok) throw refusal(decision.rejection);
  const held = answeringVersion(fold({ ...image, initial: state }, decision.events), data);
  if (held === undefined) throw vanished(data.imageName);
  return prepared(held, { build, jobId: data.jobId }, deps);
};

const reservation = (request: Preparation, build: ResolvedBuild, now: string): ReserveVersion => {
  const { bump, version: named, useCache, bootTest } = request.options;
  const parts = partsWithJobs(request, build);
  return {
    ...parts[0],
    imageName: build.definition.name,
    definition: build.definition,
    definitionDigest: build.definitionDigest,
    taskservs: [...build.taskservs],
    naming: request.policy.version_naming,
    bump,
    version: named,
    bootTest: bootTest && build.definition.steps.run_tests,
    reuse: useCache,
    autoCreate: request.policy.auto_create_versions,
    ...(request.definedAs !== undefined && { definedAs: request.definedAs }),
    ...(build.base && { base: build.base }),
    ...(parts.length > 1 && { parts }),
    now,
  };
};

const partsWithJobs = (
  { jobId, otherJobIds = [] }: Preparation,
  { parts: [first, ...others], definition }: ResolvedBuild,
): [VersionPart, ...VersionPart[]] => {
  const further = others.map((part, index) => {
    const id = otherJobIds[index];
    if (id !== undefined) return { ...part, jobId: id };
    const expected = `${String(others.length)} further job ids, one for each architecture of ${definition.name}`;
    throw new Fault('INVALID_REQUEST', `expected ${expected}, found ${String(otherJobIds.length)}`);
  });
  return [{ ...first, jobId }, ...further];
};

/** What an image's stream says now. Fault: NEWER_RELEASE. */
export const imageState = async (name: string, { store }: RegistryDeps): Promise<ImageState> => {
  let state = image.initial;
  for await (const recorded of store.readStream(streams.image(name))) {
    const event = readImage(recorded);
    if (event !== undefined) state = image.evolve(state, event);
  }
  return state;
};

const prepared = async (
  held: HeldVersion,
  asked: { build: ResolvedBuild; jobId: string },
  deps: RegistryDeps,
): Promise<PreparedBuild> => {
  const { parts, arch, definition, definitionDigest } = await buildOfNumber(held, asked, deps);
  const [{ jobId, inputDigest }, ...others] = parts;
  return {
    imageName: definition.name,
    version: held.version,
    buildNumber: held.buildNumber,
    ...{ arch, definition, definitionDigest, inputDigest },
    bootTest: held.bootTest,
    jobId,
    state: await progressOf(definition.name, held, deps),
    ...(others.length > 0 && { parts }),
  };
};

const progressOf = async (
  imageName: string,
  held: HeldVersion,
  { store }: RegistryDeps,
): Promise<PreparedBuild['state']> => {
  for await (const recorded of store.readStream(streams.version(imageName, held.version))) {
    const event = readVersion(recorded);
    if (event !== undefined && version.evolve(version.initial, event).published !== undefined)
      return 'published';
  }
  for await (const _ of store.readStream(streams.job(held.jobId), { limit: 1 })) return 'building';
  return 'reserved';
};

const refusal = (rejection: ImageRejection): Fault => {
  if (rejection.code === 'VERSION_EXISTS')
    return new Fault(
      'VERSION_EXISTS',
      `version ${rejection.version} exists or is being built: name another one, or none to get the next`,
    );
  if (rejection.code === 'VERSION_MALFORMED') return new Fault('INVALID_REQUEST', rejection.message);
  if (rejection.code === 'VERSION_NOT_NAMED')
    return new Fault(
      'FORBIDDEN_BY_POLICY',
      'the policy creates no versions by itself (auto_create_versions): name one with --version or --bump',
    );
  if (rejection.code === 'DEFINITION_CHANGED')
    return new Fault('CONFLICT', 'the image was defined otherwise meanwhile', { retryable: true });
  return new Fault('CONFLICT', `another build has taken the version (${rejection.code})`);
};

const vanished = (imageName: string): Fault =>
  new Fault('CONFLICT', `the version of ${imageName} was given back meanwhile; try again`, {
    retryable: true,
  });
