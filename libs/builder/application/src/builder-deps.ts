import type { GuestParts } from '@gild/builder-domain';
import type { Arch } from '@gild/contracts';
import type {
  AgentObjects,
  Clock,
  DiskAssembler,
  Hypervisor,
  LayerArchiver,
  LayerCache,
  LayerTrees,
  Messenger,
  Sha256,
  Toolchain,
  WorkFolders,
} from '@gild/ports';

/** Limits of one agent; all of them end or shorten a build, none changes its result. */
export type BuilderLimits = {
  /** Longest silence of any process. */
  idleMs: number;
  /** Longest log that is kept, in bytes; the rest is counted and dropped. */
  logBytes: number;
  /** Free disk a build needs to start. */
  diskBytes: number;
  /** One boot of the image, power-on to the last check, on a machine that is not emulated. */
  bootMs: number;
  bootMemoryMiB: number;
};

/** What an agent works with. */
export type BuilderDeps = {
  agentId: string;
  toolchain: Toolchain;
  archiver: LayerArchiver;
  layers: LayerCache;
  trees: LayerTrees;
  disks: DiskAssembler;
  hypervisor: Hypervisor;
  /** What builds are made from. */
  objects: AgentObjects;
  /** The same, and where that attempt stores what it makes. */
  objectsOf: (which: { jobId: string; attempt: number }) => AgentObjects;
  folders: WorkFolders;
  messenger: Messenger;
  clock: Clock;
  sha256: Sha256;
  /** Digest and size of a file of this host, streamed. */
  digestFile: (path: string, signal: AbortSignal) => Promise<{ sha256: string; sizeBytes: number }>;
  /** Writes a file of this host from pieces. Fault: NO_SPACE (retryable). */
  writeFile: (path: string, pieces: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<void>;
  guest: GuestParts;
  /** Kept between builds: package archives and indexes. */
  cacheDir: string;
  limits: BuilderLimits;
  /** Architecture whose programs this host runs itself. */
  hostArch: Arch;
};
