import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownerName, sweepLeftovers } from '@gild/leftovers';
import { ifPresent, syncPath, systemCode } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { currentRecord } from './earlier-vm-document.js';
import { VmDocument } from './vm-document.js';

const DOCUMENT = 'vm.json';
/** All files that a VM is made of; whatever else lies beside them is of somebody else. */
export const FILES = { disk: 'disk.qcow2', seed: 'seed.img', uefiVariables: 'uefi-variables.fd' } as const;

/** The place of a VM; `isOwn`: in Gild's own folder. */
export type VmPlace = { folder: string; vmId: string; isOwn: boolean };

/** Faults: CONFLICT where something is in the place already, INVALID_REQUEST where there is no folder above a place that is named. */
export const requireFree = async ({ folder, vmId, isOwn }: VmPlace): Promise<void> => {
  const above = await ifPresent(stat(dirname(folder)));
  if (!isOwn && above?.isDirectory() !== true)
    throw new Fault('INVALID_REQUEST', `--disk: expected a new folder in one that is there, found ${folder}`);
  if ((await ifPresent(lstat(folder))) !== undefined) throw taken(folder, vmId);
};

const taken = (folder: string, vmId: string): Fault =>
  new Fault(
    'CONFLICT',
    `${folder} is there already; gild vm run boots the VM in it. To make another one remove that first (gild vm remove ${vmId}), or choose another name, or another folder with --disk`,
  );

/** In a folder of its own: VMs may be called what half made ones are called. */
export const MAKING = '.making';

/** Where a VM is made before it has its place. What programs that are gone left half made goes, where that is Gild's own folder. */
const workshopFor = async (folder: string, isOwn: boolean): Promise<string> => {
  const above = dirname(folder);
  if (!isOwn) return above;
  const workshop = join(above, MAKING);
  await mkdir(workshop, { recursive: true, mode: 0o700 });
  await sweepLeftovers(workshop);
  return workshop;
};

/**
 * Fills a folder, which then has its place at once, whole, and for good; when it is filled to no end nothing is left. Fault:
 * CONFLICT, INVALID_REQUEST.
 */
export const placeVm = async <T extends { document: VmDocument }>(
  { folder, vmId, isOwn }: VmPlace,
  fill: (temporary: string) => Promise<T>,
): Promise<T> => {
  const workshop = await workshopFor(folder, isOwn);
  const temporary = join(workshop, `.${await ownerName(randomUUID())}`);
  await mkdir(temporary, { mode: 0o700 }).catch((cause: Error) => {
    throw new Fault('INVALID_REQUEST', `cannot make a folder in ${workshop}: ${cause.message}`, { cause });
  });
  try {
    const made = await fill(temporary);
    await writeFile(join(temporary, DOCUMENT), `${JSON.stringify(made.document, null, 2)}\n`);
    for (const name of await readdir(temporary)) {
      await chmod(join(temporary, name), 0o600);
      await syncPath(join(temporary, name));
    }
    await syncPath(temporary);
    await rename(temporary, folder);
    await syncPath(dirname(folder));
    return made;
  } catch (error) {
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(error) ?? '');
    throw isTaken ? taken(folder, vmId) : error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

/** The VM of that name in the folder; undefined where there is no folder. Fault: CONFLICT, for a folder of anything else. */
export const vmIn = async (folder: string, vmId: string): Promise<VmDocument | undefined> => {
  if ((await ifPresent(lstat(folder))) === undefined) return undefined;
  const text = await ifPresent(readFile(join(folder, DOCUMENT), 'utf8'));
  const found = text === undefined ? undefined : VmDocument.safeParse(currentRecord(parsed(text))).data;
  if (found?.vm_id === vmId) return found;
  const what = found === undefined ? 'no VM that gild vm create made' : `the VM ${found.vm_id}`;
  throw new Fault('CONFLICT', `${folder} holds ${what}`);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Removes what a VM was made of. What says that it is one goes last, so that it can be done again when it is cut off. */
export const removeVmFolder = async (folder: string): Promise<{ kept: readonly string[] }> => {
  for (const name of [...Object.values(FILES), DOCUMENT]) await rm(join(folder, name), { force: true });
  const kept = await readdir(folder);
  if (kept.length === 0) await rmdir(folder);
  await syncPath(dirname(folder));
  return { kept };
};
