import { definitionDigest, GoldenImageConfig, type VersionPart } from '@gild/contracts';
import type { HeldVersion } from '@gild/registry-domain';
import type { RegistryDeps } from '../registry-deps.js';
import { inputsOf } from './base-of-build.js';
import type { ResolvedBuild } from './resolved-build.js';

/** What is built, and the job for each architecture. */
export type BuildOfNumber = Pick<ResolvedBuild, 'definition' | 'definitionDigest'> & {
  arch: ResolvedBuild['parts'][0]['arch'];
  parts: readonly [VersionPart, ...VersionPart[]];
};

/**
 * The build behind a number that answers a request. A job's own number is for what it was reserved for: when the request is
 * repeated, taskservs, the base or the definition may have become others. Fault: ARTIFACT_DAMAGED when those inputs are lost.
 */
export const buildOfNumber = async (
  held: HeldVersion,
  { build, jobId }: { build: ResolvedBuild; jobId: string },
  deps: RegistryDeps,
): Promise<BuildOfNumber> => {
  const { definition, definitionDigest: digest, parts } = build;
  const [first, ...others] = parts;
  if (held.jobId === jobId && !isFor(held, parts)) return asReserved(held, definition.name, deps);
  const withJob = ({ arch, inputDigest }: typeof first): VersionPart => ({
    ...{ arch, inputDigest },
    jobId: jobFor(arch, held),
  });
  return {
    ...{ definition, definitionDigest: digest, arch: first.arch },
    parts: [withJob(first), ...others.map(withJob)],
  };
};

const isFor = (held: HeldVersion, parts: ResolvedBuild['parts']): boolean =>
  held.parts.length === parts.length &&
  held.parts.every(({ inputDigest }, index) => parts[index]?.inputDigest === inputDigest);

/** A version with further architectures may answer for one; its job for that one is then the build. */
const jobFor = (arch: string, { parts, version }: HeldVersion): string => {
  const part = parts.find((it) => it.arch === arch);
  if (part === undefined) throw new Error(`${version} answers for ${arch}, for which it has no job`);
  return part.jobId;
};

const asReserved = async (
  { parts, version }: HeldVersion,
  imageName: string,
  { objects, sha256 }: RegistryDeps,
): Promise<BuildOfNumber> => {
  const { inputDigest } = parts[0];
  const inputs = await inputsOf({ imageName, version, inputDigest }, objects);
  const definition = GoldenImageConfig.parse(inputs.definition);
  return { definition, definitionDigest: definitionDigest(definition, sha256), arch: inputs.arch, parts };
};
