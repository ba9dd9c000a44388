import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestFile, ifPresent } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import type { Context } from '../context.js';
import { overlayFinding } from './qemu-img.js';
import type { VmDocument } from './vm-document.js';
import { FILES } from './vm-folder.js';
import { vmCommand } from './vm-place.js';

const isThere = async (path: string): Promise<boolean> => (await ifPresent(stat(path)))?.isFile() === true;

/** Faults: ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED, and CONFLICT for one that runs, each with what to do. */
export const requireStartable = async (vm: VmDocument, { env, interrupted }: Context): Promise<void> => {
  const anew = `${vmCommand('remove', vm, env)}, then gild vm create, makes it anew, without what it wrote`;
  await requireFiles(vm, anew);
  // First, for the disk cannot be read without it.
  await requireSoundImage(vm, { anew, signal: interrupted });
  await requireOverlay(vm, { anew, signal: interrupted });
};

const requireFiles = async ({ vm_id: vmId, folder, firmware }: VmDocument, anew: string): Promise<void> => {
  const { disk, seed, uefiVariables } = FILES;
  for (const name of [disk, seed, ...(firmware === 'bios' ? [] : [uefiVariables])]) {
    const path = join(folder, name);
    if (!(await isThere(path)))
      throw new Fault('ARTIFACT_NOT_FOUND', `${vmId} has lost ${path}: put it back, or ${anew}`);
  }
};

/** What helps where nothing else does. */
type Otherwise = { anew: string; signal: AbortSignal };

const requireOverlay = async (
  { vm_id: vmId, folder }: VmDocument,
  { anew, signal }: Otherwise,
): Promise<void> => {
  const disk = join(folder, FILES.disk);
  const found = await overlayFinding(disk, { neededBy: 'gild vm run', signal });
  if (found === 'sound') return;
  if (found === 'in use') throw new Fault('CONFLICT', `${vmId} runs: QEMU uses ${disk}. Switch it off first`);
  throw new Fault(
    'ARTIFACT_DAMAGED',
    `the disk of ${vmId} is damaged: ${found.damage}. Put ${disk} back from a backup, or ${anew}`,
  );
};

/** A machine on a damaged image would write what it makes of that to its disk. */
const requireSoundImage = async (vm: VmDocument, { anew, signal }: Otherwise): Promise<void> => {
  const { vm_id: vmId, backing_file: path, backing_sha256: expected } = vm;
  const version = `${vm.image_name}@${vm.image_version}`;
  if (!(await isThere(path)))
    throw new Fault(
      'ARTIFACT_NOT_FOUND',
      `the image ${vmId} runs from is gone: expected ${path}. gild cache pull ${version} --arch ${vm.arch} has it there again, unless the version was withdrawn or the cache has another place now; then ${anew}`,
    );
  const { sha256 } = await digestFile(path, signal);
  if (sha256 === expected) return;
  throw new Fault(
    'ARTIFACT_DAMAGED',
    `the image ${vmId} runs from is damaged: expected sha256 ${expected} of ${path}, found ${sha256}. gild cache verify ${version} fetches it again`,
  );
};
