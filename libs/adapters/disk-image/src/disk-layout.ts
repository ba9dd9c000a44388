import { seededUuid } from './seeded-ids.js';

const MIB = 1024 * 1024;
const SECTOR = 512;

/** Where everything is on the disk, in bytes. The root file system is last, so that it can grow. */
export const LAYOUT = {
  biosBoot: { offset: MIB, size: MIB },
  esp: { offset: 2 * MIB, size: 64 * MIB },
  root: { offset: 66 * MIB },
  /** The backup partition table: 33 sectors, rounded up to the alignment of partitions. */
  tail: MIB,
} as const;

const BIOS_BOOT = '21686148-6449-6E6F-744E-656564454649';
const ESP = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';
const ROOT = {
  x86_64: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  aarch64: 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
} as const;

/** Room for the root file system on a disk of that size. */
export const rootRoom = (virtualSizeBytes: number): number =>
  Math.floor((virtualSizeBytes - LAYOUT.root.offset - LAYOUT.tail) / MIB) * MIB;

/**
 * The partition table as sfdisk reads it. The root partition has the whole rest of the disk from the start: the first
 * boot grows a file system but never rewrites the table it booted from.
 */
export const partitionTable = (disk: {
  seed: string;
  arch: 'x86_64' | 'aarch64';
  virtualSizeBytes: number;
}): string => {
  const sectors = (bytes: number) => bytes / SECTOR;
  const part = (name: string, at: { offset: number; size: number }, type: string) =>
    [
      `start=${sectors(at.offset)}, size=${sectors(at.size)}, type=${type}`,
      `uuid=${seededUuid(disk.seed, `partition ${name}`)}, name="${name}"`,
    ].join(', ');
  return [
    'label: gpt',
    `label-id: ${seededUuid(disk.seed, 'disk')}`,
    'unit: sectors',
    'first-lba: 34',
    part('bios', LAYOUT.biosBoot, BIOS_BOOT),
    part('esp', LAYOUT.esp, ESP),
    part('root', { offset: LAYOUT.root.offset, size: rootRoom(disk.virtualSizeBytes) }, ROOT[disk.arch]),
    '',
  ].join('\n');
};
