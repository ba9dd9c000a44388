import { directoryEntries, labelEntry } from './fat-directory.js';

/** A file in the root of a volume. */
export type VolumeFile = { name: string; bytes: Uint8Array };

const SECTOR = 512;
// The geometry of a 3.5-inch floppy disk, which every system knows: one sector per cluster.
const SECTORS = 2880;
const FAT_SECTORS = 9;
const FATS = 2;
const ROOT_ENTRIES = 224;
const ENTRY = 32;
const MEDIA = 0xf0;
const ROOT_AT = (1 + FATS * FAT_SECTORS) * SECTOR;
const CONTENT_AT = ROOT_AT + ROOT_ENTRIES * ENTRY;
const CLUSTERS = SECTORS - CONTENT_AT / SECTOR;
const FIRST_CLUSTER = 2;
const END_OF_CHAIN = 0xfff;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

const bootSector = (label: string): Uint8Array => {
  const sector = new Uint8Array(SECTOR);
  const view = new DataView(sector.buffer);
  sector.set([0xeb, 0x3c, 0x90]);
  sector.set(ascii('GILD    '), 3);
  view.setUint16(11, SECTOR, true);
  view.setUint8(13, 1); // sectors per cluster
  view.setUint16(14, 1, true); // sectors before the first table
  view.setUint8(16, FATS);
  view.setUint16(17, ROOT_ENTRIES, true);
  view.setUint16(19, SECTORS, true);
  view.setUint8(21, MEDIA);
  view.setUint16(22, FAT_SECTORS, true);
  view.setUint16(24, 18, true); // sectors per track
  view.setUint16(26, 2, true); // heads
  view.setUint8(38, 0x29); // serial number, label and type follow
  view.setUint32(39, 0x47494c44, true);
  sector.set(ascii(label.padEnd(11)), 43);
  sector.set(ascii('FAT12   '), 54);
  view.setUint16(510, 0xaa55, true);
  return sector;
};

/** Twelve bits per cluster, two of them in three bytes. */
const setCluster = (table: Uint8Array, cluster: number, next: number): void => {
  const at = Math.floor((cluster * 3) / 2);
  const [low = 0, high = 0] = table.subarray(at, at + 2);
  table.set(
    cluster % 2 === 0
      ? [next & 0xff, (high & 0xf0) | (next >> 8)]
      : [(low & 0x0f) | ((next & 0x0f) << 4), next >> 4],
    at,
  );
};

const clustersOf = ({ bytes }: VolumeFile): number => Math.ceil(bytes.length / SECTOR);

type Placed = VolumeFile & { first: number; count: number };

/** One after the other. An empty file has no cluster. */
const placed = (files: readonly VolumeFile[]): readonly Placed[] => {
  let next = FIRST_CLUSTER;
  return files.map((file) => {
    const count = clustersOf(file);
    const first = count === 0 ? 0 : next;
    next += count;
    return { ...file, first, count };
  });
};

const allocationTable = (files: readonly Placed[]): Uint8Array => {
  const table = new Uint8Array(FAT_SECTORS * SECTOR);
  setCluster(table, 0, 0xf00 | MEDIA);
  setCluster(table, 1, END_OF_CHAIN);
  for (const { first, count } of files)
    for (let index = 0; index < count; index += 1)
      setCluster(table, first + index, index === count - 1 ? END_OF_CHAIN : first + index + 1);
  return table;
};

/**
 * A volume of FAT12 with long names, in an image of 1.44 MB: every Linux, firmware and mtools reads it. The same files give the same
 * bytes. Undefined where they do not fit. `label`: at most 11 capitals.
 */
export const fatVolume = (label: string, files: readonly VolumeFile[]): Uint8Array | undefined => {
  const sites = placed(files);
  const root = [
    ...labelEntry(label),
    ...sites.flatMap((file, index) => [
      ...directoryEntries({ ...file, size: file.bytes.length, number: index + 1 }),
    ]),
  ];
  const used = sites.reduce((sum, { count }) => sum + count, 0);
  if (used > CLUSTERS || root.length > ROOT_ENTRIES * ENTRY) return undefined;
  const volume = new Uint8Array(SECTORS * SECTOR);
  volume.set(bootSector(label));
  const table = allocationTable(sites);
  for (let copy = 0; copy < FATS; copy += 1) volume.set(table, (1 + copy * FAT_SECTORS) * SECTOR);
  volume.set(root, ROOT_AT);
  for (const { first, bytes } of sites)
    if (first > 0) volume.set(bytes, CONTENT_AT + (first - FIRST_CLUSTER) * SECTOR);
  return volume;
};
