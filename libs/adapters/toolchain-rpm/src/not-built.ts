import { ARCHES, type NotBuilt } from '@gild/contracts';
import { Fault, type ToldMirrors } from '@gild/ports';
import { lackOf, missingHostPrograms } from './host-programs.js';
import { RPM_RELEASES } from './releases.js';
import { ownKey, ownSources } from './sources.js';
import type { RpmToolchainOptions } from './toolchain-options.js';

/**
 * Of what of this family this host builds no image, whatever is asked of it, and what to do: it lacks programs, or has not been
 * told where packages that have no public mirror come from.
 */
export const notBuilt = async (
  { sandbox, mirrors }: Pick<RpmToolchainOptions, 'sandbox' | 'mirrors'>,
  signal: AbortSignal,
): Promise<NotBuilt[]> => {
  const missing = await missingHostPrograms(sandbox, signal);
  if (missing === undefined) return releasesWithoutSources(mirrors);
  const distributions = new Set(RPM_RELEASES.map(({ distribution }) => distribution));
  return [...distributions].map((distribution) => ({
    distribution,
    reason: `${lackOf(distribution, missing)}.`,
  }));
};

/** Releases that cannot be built for want of a told mirror or key, whatever the host has. */
export const releasesWithoutSources = async (told?: ToldMirrors): Promise<NotBuilt[]> => {
  const rows = RPM_RELEASES.map(async ({ distribution, version: release, arches }) => {
    const arch = ARCHES.find((its) => arches[its] !== undefined);
    const reason = arch && (await refusal(() => sourcesOf({ distribution, release, arch }, told)));
    return reason === undefined ? [] : [{ distribution, release, reason }];
  });
  return (await Promise.all(rows)).flat();
};

const sourcesOf = async (...of: Parameters<typeof ownKey>): Promise<void> => {
  ownSources(...of);
  await ownKey(...of);
};

const refusal = async (look: () => Promise<void>): Promise<string | undefined> => {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
};
