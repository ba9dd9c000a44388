import type { BuildInputs } from '@gild/contracts';
import {
  archesOf,
  definitionDigest,
  ENGINE,
  objectKeys,
  type Arch,
  type BuildOptions,
  type GoldenImageConfig,
  type ImageBuildPolicy,
} from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import { Fault } from '@gild/ports';
import { everyTaskserv } from '../catalogue/every-taskserv.js';
import type { RegistryDeps } from '../registry-deps.js';
import { checkedDefinition } from './checked-definition.js';

/** A build whose definition is sound: resolved, its taskservs chosen, its inputs stored under their digest. */
export type ResolvedBuild = {
  arch: Arch;
  definition: GoldenImageConfig;
  definitionDigest: string;
  inputDigest: string;
  /** Names of what is installed, in install order. */
  taskservs: readonly string[];
};

/** Faults: INVALID_DOCUMENT with every violation in its details, INVALID_REQUEST. */
export const resolveBuild = async (
  request: { definition: unknown; options: BuildOptions; policy: ImageBuildPolicy },
  { catalogue, objects, sha256 }: RegistryDeps,
): Promise<ResolvedBuild> => {
  const { definition, taskservs } = checkedDefinition(request.definition, {
    policy: request.policy,
    catalogue: await everyTaskserv(catalogue),
  });
  const arch = archOfBuild(definition, request.options.arch);
  const inputs = canonicalJson({
    engine: ENGINE,
    arch,
    definition,
    taskservs: [...taskservs],
  } satisfies BuildInputs);
  const inputDigest = sha256(inputs);
  await objects.put(objectKeys.inputs(inputDigest), new TextEncoder().encode(inputs), inputDigest);
  return {
    arch,
    definition,
    definitionDigest: definitionDigest(definition, sha256),
    inputDigest,
    taskservs: taskservs.map(({ name }) => name),
  };
};

/** A definition with one architecture names the usual one; a list says which of them can be asked for. */
const archOfBuild = (definition: GoldenImageConfig, asked: BuildOptions['arch']): Arch => {
  if (asked !== undefined) return asked === 'arm64' ? 'aarch64' : asked;
  const arches = archesOf(definition);
  const [only, ...others] = arches;
  if (only !== undefined && others.length === 0) return only;
  throw new Fault(
    'INVALID_REQUEST',
    `${definition.name} is built for ${arches.join(', ')}: a build makes one of them, choose it with --arch`,
  );
};
