import {
  ImageEvent,
  streams,
  VersionEvent,
  type ImageBuildPolicy,
  type PrepareBuild,
  type PreparedBuild,
} from '@gild/contracts';
import { eventParser, loadDecideAppend } from '@gild/application-core';
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
import type { oneAtATime } from './one-at-a-time.js';
import { resolveBuild, type PreparingDeps, type ResolvedBuild } from './resolved-build.js';

type Preparation = Pick<PrepareBuild, 'definition' | 'options'> & { jobId: string; policy: ImageBuildPolicy };

/** Job of a preview: nothing is reserved for it. */
const NOBODY = '';

const parseImage = eventParser(ImageEvent);
const parseVersion = eventParser(VersionEvent);

/** Reserves a number for the job, or answers with the build or version of equal inputs. Safe to repeat. */
export const prepareBuild = async (
  request: Preparation & { actor: string },
  deps: PreparingDeps & { inTurn: ReturnType<typeof oneAtATime> },
): Promise<PreparedBuild> => {
  const build = await resolveBuild(request, deps);
  const data = reservation(request, build, deps.clock.now());
  const decision = await deps.inTurn(data.imageName, () =>
    loadDecideAppend(deps, {
      decider: image,
      stream: streams.image(data.imageName),
      parse: parseImage,
      command: { type: 'ReserveVersion', data },
      context: {
        actor: request.actor,
        now: data.now,
        commandId: deps.ids.uuid(),
        correlationId: request.jobId,
        causationId: request.jobId,
      },
    }),
  );
  if (!decision.ok) throw refusal(decision.rejection);
  const held = answeringVersion(await imageState(data.imageName, deps), data);
  if (held === undefined) throw vanished(data.imageName);
  return prepared(held, build, deps);
};

/** What `prepareBuild` would answer; records nothing but the inputs object. */
export const previewBuild = async (
  request: Omit<Preparation, 'jobId'>,
  deps: PreparingDeps,
): Promise<PreparedBuild> => {
  const build = await resolveBuild(request, deps);
  const data = reservation({ ...request, jobId: NOBODY }, build, deps.clock.now());
  const state = await imageState(data.imageName, deps);
  const decision = image.decide({ type: 'ReserveVersion', data }, state);
  if (!decision.ok) throw refusal(decision.rejection);
  const held = answeringVersion(fold({ ...image, initial: state }, decision.events), data);
  if (held === undefined) throw vanished(data.imageName);
  return prepared(held, build, deps);
};

const reservation = (request: Preparation, build: ResolvedBuild, now: string): ReserveVersion => {
  const { bump, version: named, useCache, bootTest } = request.options;
  return {
    jobId: request.jobId,
    imageName: build.definition.name,
    arch: build.arch,
    definition: build.definition,
    definitionDigest: build.definitionDigest,
    inputDigest: build.inputDigest,
    taskservs: [...build.taskservs],
    naming: request.policy.version_naming,
    bump,
    version: named,
    bootTest: bootTest && build.definition.steps.run_tests,
    reuse: useCache,
    autoCreate: request.policy.auto_create_versions,
    ...(build.base && { base: build.base }),
    now,
  };
};

const imageState = async (name: string, { store }: RegistryDeps): Promise<ImageState> => {
  let state = image.initial;
  for await (const recorded of store.readStream(streams.image(name))) {
    const event = parseImage(recorded);
    if (event !== undefined) state = image.evolve(state, event);
  }
  return state;
};

const prepared = async (
  held: HeldVersion,
  { arch, definition, definitionDigest, inputDigest }: ResolvedBuild,
  deps: RegistryDeps,
): Promise<PreparedBuild> => ({
  imageName: definition.name,
  version: held.version,
  buildNumber: held.buildNumber,
  arch,
  definition,
  definitionDigest,
  inputDigest,
  bootTest: held.bootTest,
  jobId: held.jobId,
  state: await progressOf(definition.name, held, deps),
});

const progressOf = async (
  imageName: string,
  held: HeldVersion,
  { store }: RegistryDeps,
): Promise<PreparedBuild['state']> => {
  for await (const recorded of store.readStream(streams.version(imageName, held.version))) {
    const event = parseVersion(recorded);
    if (event !== undefined && version.evolve(version.initial, event).published !== undefined)
      return 'published';
  }
  for await (const _ of store.readStream(streams.job(held.jobId), { limit: 1 })) return 'building';
  return 'reserved';
};

const refusal = (rejection: ImageRejection): Fault => {
  switch (rejection.code) {
    case 'VERSION_EXISTS':
      return new Fault(
        'VERSION_EXISTS',
        `version ${rejection.version} exists or is being built: name another one, or none to get the next`,
      );
    case 'VERSION_MALFORMED':
      return new Fault('INVALID_REQUEST', rejection.message);
    case 'VERSION_NOT_NAMED':
      return new Fault(
        'FORBIDDEN_BY_POLICY',
        'the policy creates no versions by itself (auto_create_versions): name one with --version or --bump',
      );
    case 'VERSION_NOT_HELD':
    case 'VERSION_CONFIRMED':
      return new Fault('CONFLICT', `another build has taken the version (${rejection.code})`);
  }
};

const vanished = (imageName: string): Fault =>
  new Fault('CONFLICT', `the version of ${imageName} was given back meanwhile; try again`, {
    retryable: true,
  });
