import type { SignedLoaders } from '@gild/contracts';
import type { WorkContext } from './toolchain.js';

/** The disk to make from a finished root file system. */
export type DiskSpec = {
  /** Unpacked layer trees, lowest first. */
  lower: readonly string[];
  arch: 'x86_64' | 'aarch64';
  /** Virtual size; the root file system grows to it at first boot. */
  virtualSizeBytes: number;
  format: 'qcow2' | 'raw' | 'vmdk';
  compression: boolean;
  /** 64 hex digits all UUIDs and labels are derived from, so that equal inputs give equal disks. */
  seed: string;
  outputPath: string;
  /** Loaders the trees hold for UEFI, instead of one that nobody has signed; absent: the release has none. */
  signedLoaders?: SignedLoaders;
};

/** A finished disk. */
export type DiskImage = {
  path: string;
  sizeBytes: number;
  virtualSizeBytes: number;
  /** Digest of the output file. */
  sha256: string;
  /** Digest of the root file system image inside it: equal inputs give the equal digest. */
  rootfsSha256: string;
};

/**
 * Makes bootable disks without root, loop devices or mounts of the disk. Faults: NO_SPACE (retryable), DISK_TOO_SMALL,
 * NO_KERNEL, TOOL_FAILED.
 */
export interface DiskAssembler {
  assemble(spec: DiskSpec, context: WorkContext): Promise<DiskImage>;
}
