import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processHolds } from '@gild/leftovers';
import { ifPresent, sha256, syncPath } from '@gild/node-runtime';
import type { CopyHolds, MachineUse } from '@gild/ports';
import { guarded } from './cache-faults.js';
import { type CacheFolders, digestName, writeDurably } from './cache-folders.js';

/** Both digests are in the name, so that a copy stays in use even when the file cannot be read. */
const MACHINE = /^([0-9a-f]{64})-([0-9a-f]{64})$/;

const filesOf = async (folders: CacheFolders, vmId?: string) =>
  (await readdir(folders.machines)).flatMap((name) => {
    const [, machine, copy] = MACHINE.exec(name) ?? [];
    const isWanted = copy !== undefined && (vmId === undefined || machine === sha256(vmId));
    return isWanted ? [{ path: join(folders.machines, name), sha256: copy }] : [];
  });

const use = async (folders: CacheFolders, { vmId, sha256: copy }: MachineUse): Promise<void> => {
  const path = join(folders.machines, `${sha256(vmId)}-${digestName(copy)}`);
  const before = await filesOf(folders, vmId);
  await writeDurably(folders, path, vmId);
  for (const other of before) if (other.path !== path) await rm(other.path, { force: true });
};

const machines = async (folders: CacheFolders): Promise<readonly MachineUse[]> => {
  const uses = (await filesOf(folders)).map(async ({ path, sha256: copy }) => {
    const vmId = await ifPresent(readFile(path, 'utf8'));
    return vmId === undefined ? [] : [{ vmId, sha256: copy }];
  });
  return (await Promise.all(uses)).flat();
};

export const copyHolds = (folders: CacheFolders): CopyHolds => {
  const ours = processHolds(folders.holds);
  const told = `noting who needs copies in ${folders.holds}`;
  return {
    add: (copy) => guarded(told, () => ours.add(digestName(copy))),
    remove: (copy) => guarded(told, () => ours.remove(copy)),
    use: (wanted) => guarded(told, () => use(folders, wanted)),
    release: (vmId) =>
      guarded(told, async () => {
        for (const { path } of await filesOf(folders, vmId)) await rm(path, { force: true });
        await syncPath(folders.machines);
      }),
    machines: () => guarded(told, () => machines(folders)),
    held: () =>
      guarded(told, async () => {
        // In this order: who passes a hold on to a machine notes the machine before the hold ends.
        const held = await ours.held();
        const used = await filesOf(folders);
        return new Set([...held, ...used.map((one) => one.sha256)]);
      }),
  };
};
