import type { FileHandle } from 'node:fs/promises';
import { crc32c } from './crc32c.js';
import { readAt, writeAt } from './file-bytes.js';

// Offsets within the ext4 structures; see "ext4 data structures and algorithms" in the kernel documentation.
const SUPER = {
  inodes: 0x00,
  blockSize: 0x18,
  inodesPerGroup: 0x28,
  inodeSize: 0x58,
  uuid: 0x68,
  descSize: 0xfe,
};
const INODE = {
  ctime: 0x0c,
  atime: 0x08,
  mtime: 0x10,
  generation: 0x64,
  sumLow: 0x7c,
  extraSize: 0x80,
  sumHigh: 0x82,
};
const EXTRA = { ctime: 0x84, mtime: 0x88, atime: 0x8c, crtime: 0x90, crtimeExtra: 0x94 };
const GROUP = { inodeTableLow: 0x08, inodeTableHigh: 0x28 };

type Geometry = {
  inodes: number;
  blockSize: number;
  inodesPerGroup: number;
  inodeSize: number;
  descSize: number;
  /** Start value of every checksum of this file system. */
  seed: number;
};

const geometry = (superblock: Buffer): Geometry => ({
  inodes: superblock.readUInt32LE(SUPER.inodes),
  blockSize: 1024 << superblock.readUInt32LE(SUPER.blockSize),
  inodesPerGroup: superblock.readUInt32LE(SUPER.inodesPerGroup),
  inodeSize: superblock.readUInt16LE(SUPER.inodeSize),
  descSize: superblock.readUInt16LE(SUPER.descSize),
  seed: crc32c(0xffffffff, superblock.subarray(SUPER.uuid, SUPER.uuid + 16)),
});

const inodeChecksum = (inode: Buffer, number: number, seed: number): number => {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(number);
  inode.writeUInt16LE(0, INODE.sumLow);
  inode.writeUInt16LE(0, INODE.sumHigh);
  const start = crc32c(crc32c(seed, word), inode.subarray(INODE.generation, INODE.generation + 4));
  return crc32c(start, inode);
};

/** Every time of one inode becomes its time of modification, whole seconds; an unused inode is left alone. */
const settleInode = (inode: Buffer, number: number, seed: number): void => {
  if (inode.readUInt16LE(INODE.extraSize) < 0x20) return;
  const modified = inode.readUInt32LE(INODE.mtime);
  const epoch = inode.readUInt32LE(EXTRA.mtime) & 3; // the low bits carry the years after 2038
  for (const offset of [INODE.ctime, INODE.atime, EXTRA.crtime]) inode.writeUInt32LE(modified, offset);
  for (const offset of [EXTRA.ctime, EXTRA.atime, EXTRA.mtime, EXTRA.crtimeExtra])
    inode.writeUInt32LE(epoch, offset);
  const sum = inodeChecksum(inode, number, seed);
  inode.writeUInt16LE(sum & 0xffff, INODE.sumLow);
  inode.writeUInt16LE(sum >>> 16, INODE.sumHigh);
};

const inodeTables = async (file: FileHandle, offset: number, shape: Geometry): Promise<number[]> => {
  const groups = Math.ceil(shape.inodes / shape.inodesPerGroup);
  const firstBlock = shape.blockSize === 1024 ? 2 : 1;
  const descriptors = await readAt(file, groups * shape.descSize, offset + firstBlock * shape.blockSize);
  return Array.from({ length: groups }, (_, group) => {
    const at = group * shape.descSize;
    const high = shape.descSize >= 64 ? descriptors.readUInt32LE(at + GROUP.inodeTableHigh) : 0;
    const block = descriptors.readUInt32LE(at + GROUP.inodeTableLow) + high * 2 ** 32;
    return offset + block * shape.blockSize;
  });
};

/**
 * Sets access, change and creation time of every inode of the ext4 file system at `offset` to its modification time.
 * mke2fs copies the first two from the source tree, where they say when the build ran, and there is no option against
 * that. Writing the inode tables directly takes milliseconds where debugfs takes a command for each field.
 */
export const settleTimes = async (file: FileHandle, offset: number): Promise<void> => {
  const shape = geometry(await readAt(file, 1024, offset + 1024));
  for (const [group, at] of (await inodeTables(file, offset, shape)).entries()) {
    const table = await readAt(file, shape.inodesPerGroup * shape.inodeSize, at);
    for (let index = 0; index < shape.inodesPerGroup; index += 1) {
      const inode = table.subarray(index * shape.inodeSize, (index + 1) * shape.inodeSize);
      settleInode(inode, group * shape.inodesPerGroup + index + 1, shape.seed);
    }
    await writeAt(file, table, at);
  }
};
