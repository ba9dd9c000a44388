import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownerName, sweepLeftovers } from '@gild/leftovers';
import { ifPresent, syncPath, systemCode } from '@gild/node-runtime';
import { Fault, faultCode } from '@gild/ports';
import { currentRecord } from './earlier-vm-document.js';
import { VmDocument } from './vm-document.js';
import { commandAt, type VmPlace } from './vm-place.js';

const DOCUMENT = 'vm.json';
/** All files that a VM is made of; whatever else lies beside them is of somebody else. */
export const FILES = { disk: 'disk.qcow2', seed: 'seed.img', uefiVariables: 'uefi-variables.fd' } as const;

/** Faults: CONFLICT where something is in the place already, INVALID_REQUEST where there is no folder above a place that is named. */
export const requireFree = async (place: VmPlace): Promise<void> => {
  const { folder, isOwn } = place;
  const above = await ifPresent(stat(dirname(folder)));
  if (!isOwn && above?.isDirectory() !== true)
    throw new Fault('INVALID_REQUEST', `--disk: expected a new folder in one that is there, found ${folder}`);
  if ((await ifPresent(lstat(folder))) !== undefined) throw await taken(place);
};

const taken = async (place: VmPlace): Promise<Fault> => {
  const { folder, vmId } = place;
  const isVm = await holdsVm(folder, vmId).catch((error: unknown) => {
    if (faultCode(error) !== 'VM_UNREADABLE') throw error;
    return undefined;
  });
  const found = isVm === undefined ? 'cannot be read' : `is not the VM ${vmId}`;
  const deeds = `${commandAt('run', place)} boots it. To make another one remove that first (${commandAt('remove', place)}), or choose another name, or another folder with --disk`;
  return new Fault(
    'CONFLICT',
    isVm === true
      ? `${vmId} is there already, in ${folder}; ${deeds}`
      : `${folder} is there already, and ${found}; name a new folder with --disk`,
  );
};

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
  place: VmPlace,
  fill: (temporary: string) => Promise<T>,
): Promise<T> => {
  const { folder, isOwn } = place;
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
    throw isTaken ? await taken(place) : error;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
};

/**
 * The VM of that name in the folder; undefined where there is no folder. Faults: CONFLICT, for a folder or a file of anything else;
 * VM_UNREADABLE.
 */
export const vmIn = async (folder: string, vmId: string): Promise<VmDocument | undefined> => {
  if (!(await isThere(folder))) return undefined;
  const text = await documentIn(folder);
  const found = text === undefined ? undefined : VmDocument.safeParse(currentRecord(parsed(text))).data;
  if (found?.vm_id === vmId) return found;
  const what = found === undefined ? 'no VM that gild vm create made' : `the VM ${found.vm_id}`;
  throw new Fault('CONFLICT', `${folder} holds ${what}`);
};

/** Whether `vmIn` finds one. Fault: VM_UNREADABLE. */
export const holdsVm = async (folder: string, vmId: string): Promise<boolean> => {
  try {
    return (await vmIn(folder, vmId)) !== undefined;
  } catch (error) {
    if (faultCode(error) === 'CONFLICT') return false;
    throw error;
  }
};

const NO_DOCUMENT: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'EISDIR'];

/** Undefined where there is nothing of the kind. */
const readable = async <T>(folder: string, reading: Promise<T>): Promise<T | undefined> => {
  try {
    return await reading;
  } catch (cause) {
    if (NO_DOCUMENT.includes(systemCode(cause))) return undefined;
    throw new Fault('VM_UNREADABLE', `expected a VM in ${folder}: ${(cause as Error).message}`, { cause });
  }
};

const isThere = async (folder: string): Promise<boolean> =>
  (await readable(folder, lstat(folder))) !== undefined;

const documentIn = (folder: string): Promise<string | undefined> =>
  readable(folder, readFile(join(folder, DOCUMENT), 'utf8'));

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
