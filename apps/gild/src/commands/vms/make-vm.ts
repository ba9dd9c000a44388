import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PulledImage, WantedImage } from '@gild/cache-application';
import type { Firmware } from '@gild/contracts';
import { type VmShape, writeFirmwareVariables } from '@gild/hypervisor-qemu';
import { systemClock } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { seedVolume } from '@gild/vm-domain';
import { makeOverlay, virtualSizeOf } from './qemu-img.js';
import type { MadeVm } from './run-vm.js';
import { gibText, type SeedReader, type VmDocument } from './vm-document.js';
import { FILES, placeVm } from './vm-folder.js';
import { machineOf, told, type VmParts } from './vm-shape.js';
import type { VmWishes } from './vm-wishes.js';

export type Making = {
  wishes: VmWishes;
  wanted: WantedImage;
  pulled: PulledImage;
  firmware: Firmware;
  host: string;
  seedReader: SeedReader;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
};

/** For people, where a program is missing. */
export const NEEDED_BY = 'gild vm create';

const sizeFor = async ({ wishes, wanted, pulled, signal }: Making): Promise<number> => {
  const least = await virtualSizeOf(pulled.path, wanted.format, { neededBy: NEEDED_BY, signal });
  const { sizeBytes = least } = wishes;
  if (sizeBytes >= least) return sizeBytes;
  const name = `${wanted.imageName}@${wanted.version}`;
  throw new Fault(
    'INVALID_REQUEST',
    `--size: expected at least the ${gibText(least)} that the disk of ${name} has, found ${gibText(sizeBytes)}`,
  );
};

const writeSeed = async (folder: string, { identity }: VmWishes): Promise<void> => {
  const seed = seedVolume(identity);
  if (seed === undefined)
    throw new Fault('INVALID_REQUEST', 'expected SSH keys and a network that fit in 1.4 MB, found more');
  await writeFile(join(folder, FILES.seed), seed);
};

const partsOf = ({ wishes, wanted, firmware }: Making): VmParts => {
  const { identity, place, memoryMiB, processors, sshPort } = wishes;
  return {
    ...{ vm_id: identity.vmId, uuid: randomUUID(), arch: wanted.arch, folder: place.folder },
    ...{ memory_mib: memoryMiB, processors, firmware },
    ...(sshPort !== undefined && { ssh_port: sshPort }),
  };
};

const documentOf = (
  making: Making,
  parts: VmParts,
  made: { shape: VmShape; sizeBytes: number },
): VmDocument => {
  const { wishes, wanted, pulled, host, seedReader } = making;
  const { identity } = wishes;
  const { shape, sizeBytes } = made;
  return {
    ...{ ...parts, image_name: wanted.imageName, image_version: wanted.version },
    ...{ host, created_at: systemClock.now() },
    ...{ ...told({ shape }), disk_size_bytes: sizeBytes },
    ...{ backing_file: pulled.path, backing_sha256: pulled.sha256 },
    ...{ seed_reader: seedReader, hostname: identity.hostName },
    ...(identity.user !== undefined && { user: identity.user }),
    ...{ ssh_keys: identity.sshKeys.length, network: identity.network === undefined ? 'dhcp' : 'given' },
  };
};

/** Makes the files of a VM: all of them, or none. Faults: CONFLICT, INVALID_REQUEST, TOOL_MISSING, TOOL_FAILED, NO_SPACE. */
export const makeVm = async (making: Making): Promise<MadeVm> => {
  const { wishes, wanted, pulled, firmware, env, signal } = making;
  const sizeBytes = await sizeFor(making);
  return placeVm(wishes.place, async (temporary) => {
    const backing = { path: pulled.path, format: wanted.format };
    const overlay = { path: join(temporary, FILES.disk), sizeBytes, backing };
    await makeOverlay(overlay, { neededBy: NEEDED_BY, signal });
    await writeSeed(temporary, wishes);
    await writeFirmwareVariables({ arch: wanted.arch, firmware }, join(temporary, FILES.uefiVariables));
    const parts = partsOf(making);
    const machine = await machineOf(parts, env);
    return { document: documentOf(making, parts, { ...machine, sizeBytes }), ...machine };
  });
};
