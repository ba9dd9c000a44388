import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ifPresent } from '@gild/node-runtime';
import { Fault, faultCode } from '@gild/ports';
import { type CacheFlags, type CacheHere, withCache } from '../cache/cache-here.js';
import { type Context, printer } from '../context.js';
import { noSuchVm } from './made-vms.js';
import { overlayFinding } from './qemu-img.js';
import type { VmDocument } from './vm-document.js';
import { FILES, removeVmFolder, vmIn } from './vm-folder.js';
import { aloneWithVm } from './vm-lock.js';
import { folderOf } from './vm-place.js';
import { reportStop, vmOnRecord } from './vm-reports.js';
import { vmIdOf } from './vm-wishes.js';

export type RemoveFlags = CacheFlags & { disk?: string };

/** Removes a VM that was made on this host: from the record of those that run, from its folder, and from the cache's reasons to keep. */
export const removeVm = async (name: string, flags: RemoveFlags, context: Context): Promise<void> => {
  const vmId = vmIdOf(name);
  const folder = folderOf(vmId, flags.disk, context.env);
  await aloneWithVm(vmId, context.env, () =>
    withCache(context, flags, (here) => removeHere(here, { vmId, folder, flags, context })),
  );
};

type Removal = { vmId: string; folder: string; flags: RemoveFlags; context: Context };

const removeHere = async (here: CacheHere, { vmId, folder, flags, context }: Removal): Promise<void> => {
  const vm = await vmIn(folder, vmId);
  await requireSomething(here, { vm, vmId, folder }, context);
  if (vm !== undefined) await requireOff(vmId, folder, context.interrupted);
  const known = await vmOnRecord(here.client, vmId);
  if (known?.state === 'running' && known.host === here.host)
    await reportStop(here.client, vmId, 'it was removed');
  const { kept } = vm === undefined ? { kept: [] } : await removeVmFolder(folder);
  await here.cache.release(vmId);
  if (kept.length > 0)
    context.terminal.note(`${folder} stays, for it holds what is not of the VM: ${kept.join(', ')}`);
  printer(context, flags)({ vm_id: vmId, folder, kept }, () => `${vmId} is removed\n`);
};

type Found = { vm: VmDocument | undefined; vmId: string; folder: string };

const requireSomething = async (
  { cache }: CacheHere,
  { vm, vmId, folder }: Found,
  { env }: Context,
): Promise<void> => {
  if (vm !== undefined || [...(await cache.inUse()).values()].flat().includes(vmId)) return;
  throw await noSuchVm(vmId, folder, env);
};

/** A disk that is gone, for an earlier removal was cut off, runs nowhere. */
const requireOff = async (vmId: string, folder: string, signal: AbortSignal): Promise<void> => {
  const disk = join(folder, FILES.disk);
  if ((await ifPresent(stat(disk))) === undefined) return;
  const found = await overlayFinding(disk, { neededBy: 'gild vm remove', signal }).catch((cause: Error) => {
    if (faultCode(cause) !== 'TOOL_FAILED') throw cause;
    const what = 'Nothing was removed; once you know that nobody uses the disk, delete it and repeat this';
    throw new Fault('TOOL_FAILED', `${cause.message}. ${what}`, { cause });
  });
  if (found !== 'in use') return;
  throw new Fault('CONFLICT', `${vmId} runs: QEMU uses ${disk}. Switch it off first; nothing was removed`);
};
