import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PulledImage, WantedImage } from '@gild/cache-application';
import type { Firmware } from '@gild/contracts';
import { likelyAcceleration, ownFirmware, vmPrograms, type VmShape } from '@gild/hypervisor-qemu';
import { systemClock } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { seedVolume } from '@gild/vm-domain';
import { homeOf } from '../../farm/home.js';
import { makeOverlay, virtualSizeOf } from './qemu-img.js';
import { gibText, type SeedReader, type VmDocument } from './vm-document.js';
import { FILES, placeVm } from './vm-folder.js';
import type { VmWishes } from './vm-wishes.js';

/** Programs of every release run on this level, and emulating it takes no longer. */
const X86_LEVEL = 3;

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

/** A VM that was made, and the machine it is. */
export type MadeVm = { document: VmDocument; shape: VmShape; isProven: boolean };

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

const shapeOf = async (temporary: string, { wishes, wanted, firmware, env }: Making) => {
  const { memoryMiB, processors, sshPort } = wishes;
  const { vmId, folder } = wishes.place;
  const { arch } = wanted;
  const uefi = await ownFirmware({ arch, firmware }, temporary);
  const { accelerator, isProven } = await likelyAcceleration(arch, homeOf(env).agentState);
  const shape: VmShape = {
    ...{ vmId, uuid: randomUUID(), arch, accelerator, memoryMiB, processors, sshPort },
    ...{ x86Level: X86_LEVEL, disk: join(folder, FILES.disk), seed: join(folder, FILES.seed) },
    uefi: uefi && { ...uefi, variables: join(folder, uefi.variables) },
  };
  return { shape, isProven };
};

const documentOf = (making: Making, shape: VmShape, sizeBytes: number): VmDocument => {
  const { wishes, wanted, pulled, host, seedReader } = making;
  const { identity, place, sshPort } = wishes;
  return {
    ...{ vm_id: identity.vmId, image_name: wanted.imageName, image_version: wanted.version },
    ...{ arch: wanted.arch, host, created_at: systemClock.now(), folder: place.folder },
    ...{ disk: shape.disk, disk_size_bytes: sizeBytes },
    ...{ backing_file: pulled.path, backing_sha256: pulled.sha256 },
    ...{ seed: shape.seed, seed_reader: seedReader, hostname: identity.hostName },
    ...(identity.user !== undefined && { user: identity.user }),
    ...{ ssh_keys: identity.sshKeys.length, network: identity.network === undefined ? 'dhcp' : 'given' },
    ...(sshPort !== undefined && { ssh_port: sshPort }),
    ...{ accelerator: shape.accelerator, boot: vmPrograms(shape).inTerminal },
  };
};

/** Makes the files of a VM: all of them, or none. Faults: CONFLICT, INVALID_REQUEST, TOOL_MISSING, TOOL_FAILED, NO_SPACE. */
export const makeVm = async (making: Making): Promise<MadeVm> => {
  const { wishes, wanted, pulled, signal } = making;
  const sizeBytes = await sizeFor(making);
  return placeVm(wishes.place, async (temporary) => {
    const backing = { path: pulled.path, format: wanted.format };
    const overlay = { path: join(temporary, FILES.disk), sizeBytes, backing };
    await makeOverlay(overlay, { neededBy: NEEDED_BY, signal });
    await writeSeed(temporary, wishes);
    const machine = await shapeOf(temporary, making);
    return { document: documentOf(making, machine.shape, sizeBytes), ...machine };
  });
};
