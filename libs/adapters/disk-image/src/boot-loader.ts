import type { FileHandle } from 'node:fs/promises';
import { writeAt } from './file-bytes.js';
import { LAYOUT } from './disk-layout.js';

const SECTOR = 512;
const BOOT_CODE = 440;

/** What the core must hold to find the root file system; everything else it loads from there. */
const CORE = [
  'part_gpt',
  'ext2',
  'search',
  'search_fs_uuid',
  'normal',
  'configfile',
  'linux',
  'echo',
  'serial',
];

/** GRUB's name of a platform, and the modules of its core. */
export type BootPlatform = { target: string; modules: readonly string[] };

/** The ways into an image, with GRUB's name of the platform and the modules of its core. */
export const BOOT_PLATFORMS = {
  x86_64: {
    bios: { target: 'i386-pc', modules: ['biosdisk', ...CORE] },
    uefi: { target: 'x86_64-efi', modules: ['fat', ...CORE], file: 'BOOTX64.EFI' },
  },
  aarch64: { uefi: { target: 'arm64-efi', modules: ['fat', ...CORE], file: 'BOOTAA64.EFI' } },
} as const;

/** boot.img made to load the core from the BIOS boot partition. */
export const bootCode = (bootImage: Uint8Array): Buffer => {
  const code = Buffer.from(bootImage.subarray(0, BOOT_CODE));
  code.writeBigUInt64LE(BigInt(LAYOUT.biosBoot.offset / SECTOR), 0x5c);
  // A jump for floppies; grub-setup too makes it two nops, so that the drive the BIOS names is the one used.
  code.writeUInt16LE(0x9090, 0x66);
  return code;
};

/** core.img told where its own second sector lies. */
export const coreImage = (core: Uint8Array): Buffer => {
  const image = Buffer.from(core);
  image.writeBigUInt64LE(BigInt(LAYOUT.biosBoot.offset / SECTOR + 1), SECTOR - 12);
  return image;
};

/** Writes the BIOS boot code around the partition table of an otherwise finished disk. */
export const writeBiosBoot = async (
  disk: FileHandle,
  images: { boot: Uint8Array; core: Uint8Array },
): Promise<void> => {
  const code = bootCode(images.boot);
  const core = coreImage(images.core);
  if (core.length > LAYOUT.biosBoot.size)
    throw new RangeError(`GRUB's core has ${core.length} bytes; its partition has ${LAYOUT.biosBoot.size}`);
  await writeAt(disk, code, 0);
  await writeAt(disk, core, LAYOUT.biosBoot.offset);
};
