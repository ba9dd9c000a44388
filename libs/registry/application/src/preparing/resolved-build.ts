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
import { everyTaskserv } from '../catalogue/every-taskserv.js';
import type { RegistryDeps } from '../registry-deps.js';
import type { ImagesState } from '../views/images-view.js';
import { basesOfBuild } from './base-of-build.js';
import { checkedDefinition, type CheckedPart } from './checked-definition.js';

/** What is built for one architecture, its inputs stored under their digest. */
export type ResolvedPart = { arch: Arch; inputDigest: string };

/** A build whose definition is sound: resolved, its taskservs chosen. */
export type ResolvedBuild = {
  /** One for each architecture that is asked for. */
  parts: readonly [ResolvedPart, ...ResolvedPart[]];
  definition: GoldenImageConfig;
  definitionDigest: string;
  /** Names of what is installed, in install order, with what the base has in front. */
  taskservs: readonly string[];
  /** The golden image it starts from. */
  base: BaseVersion | undefined;
};

/** What is needed to prepare a build; `images` are those there are now. */
export type PreparingDeps = RegistryDeps & { images: () => Promise<ImagesState> };

/** Fault: INVALID_DOCUMENT with every violation in its details. */
export const resolveBuild = async (
  request: { definition: unknown; options: BuildOptions; policy: ImageBuildPolicy },
  deps: PreparingDeps,
): Promise<ResolvedBuild> => {
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
  const further: ResolvedPart[] = [];
  for (const part of others) further.push(await storedPart(definition, part, deps));
  return {
    parts: [await storedPart(definition, first, deps), ...further],
    definition,
    definitionDigest: definitionDigest(definition, sha256),
    taskservs: [...(base?.content.taskservs ?? []), ...taskservs].map(({ name }) => name),
    base: base && { imageName: base.build.imageName, version: base.build.version },
  };
};

const storedPart = async (
  definition: GoldenImageConfig,
  { arch, taskservs, base }: CheckedPart,
  { objects, sha256 }: PreparingDeps,
): Promise<ResolvedPart> => {
  const inputs = canonicalJson({
    engine: ENGINE,
    arch,
    definition: whatIsBuilt(definition),
    taskservs: [...taskservs],
    ...(base && { base: base.build }),
  } satisfies BuildInputs);
  const inputDigest = sha256(inputs);
  await objects.put(objectKeys.inputs(inputDigest), new TextEncoder().encode(inputs), inputDigest);
  return { arch, inputDigest };
};

/** The definition without what only says when it is built: nobody builds anew because of that. */
export const whatIsBuilt = ({ auto_rebuild: _, ...definition }: GoldenImageConfig): GoldenImageConfig =>
  definition;

/** The one that is asked for, or all that the definition names. */
const archesOfBuild = (definition: GoldenImageConfig, asked: BuildOptions['arch']): readonly Arch[] => {
  if (asked === undefined) return archesOf(definition);
  return [asked === 'arm64' ? 'aarch64' : asked];
};
