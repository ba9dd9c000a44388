import type { RunningVm } from '@gild/contracts';
import type { CachedCopy, ImageReference } from '@gild/ports';
import type { HostCacheDeps } from './host-cache-deps.js';

/** By digest: the machines that run from a copy; none where somebody reads or fills it. */
export type CopiesInUse = ReadonlyMap<string, readonly string[]>;

const mayRun = (vm: RunningVm, image: ImageReference): boolean =>
  vm.image_name === image.imageName &&
  vm.image_version === image.version &&
  (vm.arch === undefined || vm.arch === image.arch);

/** Those of the machines that run an image of the copy, or may: one that names no architecture may run any. */
export const runningFrom = ({ images }: CachedCopy, running: readonly RunningVm[]): readonly RunningVm[] =>
  running.filter((vm) => images.some((image) => mayRun(vm, image)));

/** What is held here, and what machines on record run from. */
export const copiesInUse = async ({
  folder,
  running,
}: Pick<HostCacheDeps, 'folder' | 'running'>): Promise<CopiesInUse> => {
  const reported = await running();
  const uses = [...(await folder.holds.machines())];
  for (const copy of await folder.copies.all())
    for (const { vm_id: vmId } of runningFrom(copy, reported)) uses.push({ vmId, sha256: copy.sha256 });
  const inUse = [...(await folder.holds.held()), ...uses.map(({ sha256 }) => sha256)];
  const machinesOf = (sha256: string) => uses.filter((use) => use.sha256 === sha256).map(({ vmId }) => vmId);
  return new Map(inUse.map((sha256) => [sha256, [...new Set(machinesOf(sha256))]]));
};
