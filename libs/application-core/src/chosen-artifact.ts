import { Fault } from '@gild/ports';

/**
 * The artifact of a version for an architecture, or its only one. Where there are several nothing is assumed: the same request would
 * get other bytes on another host. `name` is the version as people write it. Faults: INVALID_REQUEST, ARTIFACT_NOT_FOUND.
 */
export const chosenArtifact = <A extends { arch: string }>(
  name: string,
  artifacts: readonly A[],
  arch: string | undefined,
): A => {
  const [only, ...others] = artifacts;
  const arches = artifacts.map((artifact) => artifact.arch).join(' and ');
  if (arch === undefined && only !== undefined && others.length === 0) return only;
  if (arch === undefined)
    throw new Fault('INVALID_REQUEST', `${name} has images for ${arches}: choose one of them with --arch`);
  const chosen = artifacts.find((artifact) => artifact.arch === arch);
  if (chosen !== undefined) return chosen;
  throw new Fault('ARTIFACT_NOT_FOUND', `${name} has no image for ${arch}, only for ${arches}`);
};
