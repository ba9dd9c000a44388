/** What the file system must hold. */
export type TreeSize = { blocks: number; inodes: number; newestSeconds: number };

const BLOCK = 4096;
const MIB = 1024 * 1024;
/** A link this long no longer fits into its inode. */
const LONG_LINK = 60;
/** A directory entry, rounded up. */
const ENTRY = 64;

/** Bytes of file system for each inode; the default of mke2fs, kept when the file system grows. */
export const BYTES_PER_INODE = 16_384;
/** Large enough for the disk the file system grows to; a journal cannot grow with it. */
export const JOURNAL_MIB = 64;

const blocksOf = (kind: string, size: number): number => {
  if (kind === 'f') return Math.ceil(size / BLOCK);
  if (kind === 'd') return 1;
  return kind === 'l' && size >= LONG_LINK ? 1 : 0;
};

type TreeEntry = { kind: string; names: string; inode: string; size: number; modified: number };

const entryOf = (line: string): TreeEntry => {
  const [kind, names, inode, bytes, modified] = line.split(' ') as [string, string, string, string, string];
  return { kind, names, inode, size: Number(bytes), modified: Math.floor(Number(modified)) };
};

/** Adds up lines `type names inode bytes modified`; a file with several names counts once. */
export const measureTree = async (lines: AsyncIterable<string>): Promise<TreeSize> => {
  const linked = new Set<string>();
  const total: TreeSize = { blocks: 0, inodes: 0, newestSeconds: 0 };
  let entries = 0;
  for await (const line of lines) {
    const { kind, names, inode, size, modified } = entryOf(line);
    entries += 1;
    total.newestSeconds = Math.max(total.newestSeconds, modified);
    if (linked.has(inode)) continue;
    if (kind !== 'd' && names !== '1') linked.add(inode);
    total.inodes += 1;
    total.blocks += blocksOf(kind, size);
  }
  return { ...total, blocks: total.blocks + Math.ceil((entries * ENTRY) / BLOCK) };
};

/** File systems come in steps of 64 MiB. */
export const wholeSteps = (bytes: number): number => Math.ceil(bytes / (64 * MIB)) * 64 * MIB;

/**
 * Size of the file system as it is made: the content, its bookkeeping, the journal, and room for the services of the first boot
 * to work in before it has grown. A function of the tree alone, so that the disk's size leaves no trace in it.
 */
export const fileSystemBytes = (tree: TreeSize): number => {
  const content = tree.blocks * BLOCK * 1.05 + (JOURNAL_MIB + 128) * MIB;
  const forInodes = (tree.inodes + 4096) * 1.1 * BYTES_PER_INODE;
  return wholeSteps(Math.max(content, forInodes));
};
