import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Fault, type DiskSpec, type Sandbox, type SandboxRun, type WorkContext } from '@gild/ports';
import { BOOT_PLATFORMS, type BootPlatform } from './boot-loader.js';
import { LAYOUT, rootRoom } from './disk-layout.js';
import { toolFault } from './host-tool.js';
import { withResult } from './sandbox-result.js';
import { seededUuid } from './seeded-ids.js';
import {
  BYTES_PER_INODE,
  JOURNAL_MIB,
  fileSystemBytes,
  measureTree,
  wholeSteps,
  type TreeSize,
} from './tree-size.js';
import { NO_KERNEL, TREE_SCRIPT } from './tree-script.js';

/** Where the sandbox sees the folders it writes to. */
export const MADE = '/run/gild/made';
export const DISK = '/run/gild/disk';
const CONF = '/run/gild/mke2fs.conf';
const BLOCK = 4096;

// Stated in full, so that neither the host's /etc/mke2fs.conf nor its version of mke2fs decides; GRUB 2.06 reads them all.
const FEATURES =
  'none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,64bit,flex_bg,sparse_super,large_file,huge_file,' +
  'dir_nlink,extra_isize,metadata_csum';

export type Workshop = {
  sandbox: Sandbox;
  spec: DiskSpec;
  context: WorkContext;
  /** Folder the sandbox leaves boot images and lists in. What is there is its doing, not ours. */
  made: string;
  /** Folder for the host's own files; the sandbox never sees it. */
  kept: string;
  /** Receives what the disk adds to the tree. */
  added: string;
};

/** The tree, complete and measured, with the boot images made from it. */
export type ReadyTree = { lower: readonly string[]; size: TreeSize; bytes: number };

/** Runs a program of the host beside the tree; an exit code its caller does not know is a fault with what it printed last. */
export const runInside = async (
  shop: Workshop,
  run: Pick<SandboxRun, 'argv' | 'lower' | 'upper' | 'env' | 'idleLimitMs' | 'binds'>,
  isKnown: (exitCode: number, printed: string) => boolean,
): Promise<number> => {
  let printed = '';
  const { exitCode } = await shop.sandbox.run({
    ...run,
    root: 'host',
    onOutput: async (chunk) => {
      printed = (printed + Buffer.from(chunk).toString()).slice(-4096);
      await shop.context.log(chunk);
    },
    signal: shop.context.signal,
  });
  if (exitCode !== 0 && !isKnown(exitCode, printed))
    throw toolFault(run.argv.slice(0, 2).join(' ').trim(), `exit code ${exitCode}`, printed);
  return exitCode;
};

/** The name of the root file system, which the boot loaders and the kernel find it by. */
export const rootUuid = (spec: DiskSpec): string => seededUuid(spec.seed, 'root');

const noKernel = (): Fault =>
  new Fault(
    'NO_KERNEL',
    'A disk boots a kernel from /boot/vmlinuz-*, and the tree holds none. Add a kernel package to its layers.',
  );

const GIB = 1024 ** 3;

/** To a tenth; with what is needed rounded up and what there is down, the two never read the same. */
const gib = (bytes: number, round: (tenths: number) => number): string =>
  `${round((bytes / GIB) * 10) / 10} GiB`;

const tooSmall = ({ virtualSizeBytes }: DiskSpec, bytes: number): Fault => {
  const needed = bytes + LAYOUT.root.offset + LAYOUT.tail;
  return new Fault(
    'DISK_TOO_SMALL',
    `A disk with all that is installed needs about ${gib(needed, Math.ceil)}, and \`disk_size_gb\` gives it ` +
      `${gib(virtualSizeBytes, Math.floor)}. Set \`disk_size_gb: ${Math.ceil(needed / GIB)}\` or more, or install less.`,
  );
};

/** Each platform with the modules of the core that is to be made; with none where signed loaders start the image. */
const platformWords = ({ arch, signedLoaders }: DiskSpec): string[] =>
  Object.entries<BootPlatform>(BOOT_PLATFORMS[arch]).map(([firmware, { target, modules }]) => {
    const isSigned = firmware === 'uefi' && signedLoaders !== undefined;
    return `${target}=${isSigned ? '' : modules.join(',')}`;
  });

/** Completes the tree, makes GRUB's images from it and measures it. Faults: NO_KERNEL, DISK_TOO_SMALL. */
export const readyTree = async (shop: Workshop): Promise<ReadyTree> => {
  const { spec, made, added } = shop;
  await mkdir(added);
  await chmod(added, 0o755); // it becomes the image's root, whatever the umask
  const run = {
    argv: ['/bin/sh', '-c', TREE_SCRIPT, 'ready-tree', rootUuid(spec), MADE, ...platformWords(spec)],
    lower: spec.lower,
    upper: added,
    binds: [{ source: made, target: MADE }],
    idleLimitMs: shop.context.idleLimitMs,
  };
  const exitCode = await runInside(shop, run, (code) => code === NO_KERNEL);
  if (exitCode === NO_KERNEL) throw noKernel();
  const size = await withResult(join(made, 'files'), (file) =>
    measureTree(createInterface({ input: file.createReadStream({ autoClose: false }) })),
  );
  const bytes = fileSystemBytes(size);
  if (bytes > rootRoom(spec.virtualSizeBytes)) throw tooSmall(spec, bytes);
  return { lower: [...spec.lower, added], size, bytes };
};

/** The tree on a file system half as large again. Fault: DISK_TOO_SMALL. */
export const withMoreRoom = ({ spec }: Workshop, tree: ReadyTree): ReadyTree => {
  const bytes = wholeSteps(tree.bytes * 1.5);
  if (bytes > rootRoom(spec.virtualSizeBytes)) throw tooSmall(spec, bytes);
  return { ...tree, bytes };
};

const fileSystemSettings = ({ spec }: Workshop): string[] => [
  ...['-t', 'ext4', '-b', String(BLOCK), '-I', '256', '-m', '1', '-L', 'root', '-O', FEATURES],
  ...['-i', String(BYTES_PER_INODE), '-J', `size=${JOURNAL_MIB}`, '-U', rootUuid(spec), '-E'],
  `offset=${LAYOUT.root.offset},hash_seed=${seededUuid(spec.seed, 'directories')},lazy_itable_init=0,` +
    'lazy_journal_init=1,assume_storage_prezeroed=1,nodiscard,root_owner=0:0',
];

// mke2fs wants its types to be known; what they say is overridden by the settings.
const MKE2FS_CONF = `[defaults]
[fs_types]
 ext4 = {
  inode_size = 256
 }
 small = {
  inode_size = 256
 }
`;

/** What mke2fs says when the file system it makes is full; of the host's disk it says something else. */
const FULL = /Could not allocate (?:block|inode) in ext2 filesystem/;

/**
 * Makes the root file system in its place on the disk, by a mke2fs that sees the owners as the image will. False: the tree needs
 * more room than was reckoned.
 */
export const writeRootFileSystem = async (
  shop: Workshop,
  tree: ReadyTree,
  diskPath: string,
): Promise<boolean> => {
  const conf = join(shop.kept, 'mke2fs.conf');
  await writeFile(conf, MKE2FS_CONF);
  await chmod(conf, 0o644);
  // The raw disk is gone once it is converted: waiting until all of it is on the platter only costs time (eatmydata).
  const mke2fs = ['/bin/sh', '-c', 'exec eatmydata mke2fs -q -F -d "$GILD_ROOT" "$@"', 'mke2fs'];
  const run = {
    argv: [...mke2fs, ...fileSystemSettings(shop), DISK, String(tree.bytes / BLOCK)],
    lower: tree.lower,
    env: { MKE2FS_CONFIG: CONF, E2FSPROGS_FAKE_TIME: String(tree.size.newestSeconds) },
    binds: [
      { source: conf, target: CONF, readOnly: true },
      { source: diskPath, target: DISK },
    ],
  };
  return (await runInside(shop, run, (_, printed) => FULL.test(printed))) === 0;
};
