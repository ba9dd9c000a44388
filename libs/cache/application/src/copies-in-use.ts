import type { HostCacheDeps } from './host-cache-deps.js';

/** By digest: the machines that run from a copy; none where somebody reads or fills it. */
export type CopiesInUse = ReadonlyMap<string, readonly string[]>;

export const copiesInUse = async ({ folder }: Pick<HostCacheDeps, 'folder'>): Promise<CopiesInUse> => {
  const uses = await folder.holds.machines();
  const machinesOf = (sha256: string) => uses.filter((use) => use.sha256 === sha256).map(({ vmId }) => vmId);
  return new Map([...(await folder.holds.held())].map((sha256) => [sha256, machinesOf(sha256)]));
};
