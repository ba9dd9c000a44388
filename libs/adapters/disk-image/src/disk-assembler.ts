import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  Fault,
  type DiskAssembler,
  type DiskImage,
  type DiskSpec,
  type Sandbox,
  type WorkContext,
} from '@gild/ports';
import { BOOT_PLATFORMS, writeBiosBoot } from './boot-loader.js';
import { convertDisk, isPlainRaw } from './disk-format.js';
import { LAYOUT, partitionTable } from './disk-layout.js';
import { writeEfiPartition } from './efi-partition.js';
import { settleTimes } from './ext4-times.js';
import { digestOf, discard, publishFile, withFile } from './file-bytes.js';
import { fileFault, runTool } from './host-tool.js';
import { readResult } from './sandbox-result.js';
import { writeSelinuxLabels } from './selinux-labels.js';
import { uefiLoaders } from './uefi-loaders.js';
import {
  readyTree,
  withMoreRoom,
  writeRootFileSystem,
  type ReadyTree,
  type Workshop,
} from './root-file-system.js';

const host = ({ context }: Workshop) => ({ log: context.log, signal: context.signal });

const result = (shop: Workshop, name: string): Promise<Buffer> =>
  readResult(join(shop.made, name), LAYOUT.biosBoot.size);

const writeBootLoaders = async (shop: Workshop, tree: ReadyTree, diskPath: string): Promise<void> => {
  const { seed, arch } = shop.spec;
  const files = await uefiLoaders(shop, tree);
  const place = { diskPath, folder: shop.kept, files };
  await writeEfiPartition({ ...place, seed, seconds: tree.size.newestSeconds }, host(shop));
  if (arch !== 'x86_64') return;
  const core = await result(shop, `${BOOT_PLATFORMS[arch].bios.target}.img`);
  const images = { boot: await result(shop, 'boot.img'), core };
  await withFile(diskPath, 'r+', (disk) => writeBiosBoot(disk, images));
};

const writePartitions = async (shop: Workshop, tree: ReadyTree, diskPath: string): Promise<boolean> => {
  await discard(diskPath);
  await withFile(diskPath, 'wx', (disk) => disk.truncate(shop.spec.virtualSizeBytes));
  const argv = ['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', diskPath];
  await runTool({ argv, stdin: partitionTable(shop.spec), ...host(shop) });
  return writeRootFileSystem(shop, tree, diskPath);
};

/** The tree as it is on the disk: when it does not fit as it was measured, a second time with more room. */
const writeTree = async (shop: Workshop, measured: ReadyTree, diskPath: string): Promise<ReadyTree> => {
  if (await writePartitions(shop, measured, diskPath)) return measured;
  const tree = withMoreRoom(shop, measured);
  if (await writePartitions(shop, tree, diskPath)) return tree;
  throw new Fault('TOOL_FAILED', `mke2fs could not place the tree in ${tree.bytes} bytes either.`);
};

const writeRawDisk = async (shop: Workshop, measured: ReadyTree, diskPath: string): Promise<ReadyTree> => {
  const tree = await writeTree(shop, measured, diskPath);
  await writeSelinuxLabels(shop, tree, diskPath);
  // The namespace's root wrote to it; from here on it is the caller's again.
  await chown(diskPath, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  await chmod(diskPath, 0o644);
  await writeBootLoaders(shop, tree, diskPath);
  await withFile(diskPath, 'r+', (disk) => settleTimes(disk, LAYOUT.root.offset));
  return tree;
};

/** Both at once; when one fails the other is over too before the failure goes on. */
const digestWhile = async (shop: Workshop, root: { path: string; size: number }, convert: Promise<void>) => {
  const at = { offset: LAYOUT.root.offset, size: root.size };
  const digest = withFile(root.path, 'r', (disk) => digestOf(disk, at, shop.context.signal));
  await Promise.allSettled([digest, convert]);
  await convert;
  return digest;
};

const assembleIn = async (shop: Workshop, temporary: string): Promise<DiskImage> => {
  const { spec, context } = shop;
  const rawPath = isPlainRaw(spec) ? temporary : join(shop.kept, 'disk.raw');
  const tree = await writeRawDisk(shop, await readyTree(shop), rawPath);
  const conversion = isPlainRaw(spec)
    ? Promise.resolve()
    : convertDisk({ spec, rawPath, outputPath: temporary, host: host(shop) });
  const rootfsSha256 = await digestWhile(shop, { path: rawPath, size: tree.bytes }, conversion);
  const { size } = await stat(temporary);
  const sha256 = await withFile(temporary, 'r', (file) =>
    digestOf(file, { offset: 0, size }, context.signal),
  );
  context.signal.throwIfAborted();
  await publishFile(temporary, spec.outputPath);
  return {
    path: spec.outputPath,
    sizeBytes: size,
    virtualSizeBytes: spec.virtualSizeBytes,
    sha256,
    rootfsSha256,
  };
};

const assemble = async (sandbox: Sandbox, spec: DiskSpec, context: WorkContext): Promise<DiskImage> => {
  const shop = {
    sandbox,
    spec,
    context,
    made: join(context.workDir, 'disk-made'),
    kept: join(context.workDir, 'disk-kept'),
    added: join(context.workDir, 'disk-added'),
  };
  const temporary = `${spec.outputPath}.partial`;
  try {
    await discard(temporary);
    await mkdir(shop.made);
    await mkdir(shop.kept, { mode: 0o700 });
    return await assembleIn(shop, temporary);
  } catch (error) {
    await discard(temporary);
    throw fileFault(error);
  } finally {
    await discard(shop.kept);
    await discard(shop.made);
    await sandbox.remove(shop.added);
  }
};

/**
 * Disks of GPT, BIOS and UEFI boot and one ext4 root file system, made by tools that only write files: sfdisk, mke2fs,
 * grub-mkimage, mkfs.fat, mtools, qemu-img, zstd. `outputPath` appears complete or not at all. GRUB's modules are the tree's
 * own (packages grub-pc-bin, grub-efi-amd64-bin), the host's where the tree has none. Loaders that are signed are the tree's.
 */
export const diskAssembler = ({ sandbox }: { sandbox: Sandbox }): DiskAssembler => ({
  assemble: (spec, context) => assemble(sandbox, spec, context),
});
