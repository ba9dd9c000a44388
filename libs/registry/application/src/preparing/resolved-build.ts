import type { BuildInputs } from '@gild/contracts';
import {
  archesOf,
  definitionDigest,
  ENGINE,
  objectKeys,
  type Arch,
  type BaseVersion,
  type BuildOptions,
  type GoldenImageConfig,
  type ImageBuildPolicy,
} from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import type { Sha256 } from '@gild/ports';
import { everyTaskserv } from '../catalogue/every-taskserv.js';
import type { RegistryDeps } from '../registry-deps.js';
import type { ImagesState } from '../views/images-view.js';
import { basesOfBuild } from './base-of-build.js';
import { checkedDefinition, type CheckedPart } from './checked-definition.js';

/** What is built for one architecture, its inputs stored under their digest. */
export type ResolvedPart = { arch: Arch; inputDigest: string };

/** The same before anything is stored. */
export type FoundPart = ResolvedPart & { inputs: BuildInputs };

/** A build whose definition is sound: resolved, its taskservs chosen. */
export type ResolvedBuild<Part = ResolvedPart> = {
  /** One for each architecture that is asked for. */
  parts: readonly [Part, ...Part[]];
  definition: GoldenImageConfig;
  definitionDigest: string;
  /** Names of what is installed, in install order, with what the base has in front. */
  taskservs: readonly string[];
  /** The golden image it starts from. */
  base: BaseVersion | undefined;
};

/** What is needed to prepare a build; `images` are those there are now. */
export type PreparingDeps = RegistryDeps & { images: () => Promise<ImagesState> };

type BuildRequest = { definition: unknown; options: BuildOptions; policy: ImageBuildPolicy };

/** Stores the inputs of each part. Fault: INVALID_DOCUMENT with every violation in its details. */
export const resolveBuild = async (request: BuildRequest, deps: PreparingDeps): Promise<ResolvedBuild> => {
  const build = await findBuild(request, deps);
  const [first, ...others] = build.parts;
  const further: ResolvedPart[] = [];
  for (const part of others) further.push(await storedPart(part, deps));
  return { ...build, parts: [await storedPart(first, deps), ...further] };
};

/** What a build would be made from; stores nothing. Faults: those of `resolveBuild`. */
export const findBuild = async (
  request: BuildRequest,
  deps: PreparingDeps,
): Promise<ResolvedBuild<FoundPart>> => {
  const { catalogue, objects, sha256, images } = deps;
  const { definition, parts } = await checkedDefinition(request.definition, {
    policy: request.policy,
    catalogue: await everyTaskserv(catalogue),
    archesOf: (resolved) => archesOfBuild(resolved, request.options.arch),
    basesOf: async (resolved, arches) => basesOfBuild(resolved, arches, { images: await images(), objects }),
  });
  const [first, ...others] = parts;
  if (first === undefined) throw new Error(`${definition.name} is built for no architecture`);
  const { base, taskservs } = first;
  const found = (part: CheckedPart): FoundPart => foundPart(definition, part, sha256);
  return {
    parts: [found(first), ...others.map(found)],
    definition,
    definitionDigest: definitionDigest(definition, sha256),
    taskservs: [...(base?.content.taskservs ?? []), ...taskservs].map(({ name }) => name),
    base: base && { imageName: base.build.imageName, version: base.build.version },
  };
};

const foundPart = (
  definition: GoldenImageConfig,
  { arch, taskservs, base }: CheckedPart,
  sha256: Sha256,
): FoundPart => {
  const inputs: BuildInputs = {
    engine: ENGINE,
    arch,
    definition: whatIsBuilt(definition),
    taskservs: [...taskservs],
    ...(base && { base: base.build }),
  };
  return { arch, inputs, inputDigest: sha256(canonicalJson(inputs)) };
};

const storedPart = async (
  { arch, inputs, inputDigest }: FoundPart,
  { objects }: PreparingDeps,
): Promise<ResolvedPart> => {
  const bytes = new TextEncoder().encode(canonicalJson(inputs));
  await objects.put(objectKeys.inputs(inputDigest), bytes, inputDigest);
  return { arch, inputDigest };
};

/** The definition without what only says when it is built: nobody builds anew because of that. */
export const whatIsBuilt = <T extends { auto_rebuild?: unknown }>({
  auto_rebuild: _,
  ...definition
}: T): Omit<T, 'auto_rebuild'> => definition;

/** The one that is asked for, or all that the definition names. */
export const archesOfBuild = (
  definition: GoldenImageConfig,
  asked: BuildOptions['arch'],
): readonly Arch[] => {
  if (asked === undefined) return archesOf(definition);
  return [asked === 'arm64' ? 'aarch64' : asked];
};
