import type { BuildCaps } from '@gild/contracts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** What `agent.yaml` says of caps; what it does not say has its default. */
export type ToldCaps = {
  processes?: number | undefined;
  memory_mib?: number | undefined;
  disk_mib?: number | undefined;
  files?: number | undefined;
};

/** A build that is sound comes near none of these but the memory. */
const DEFAULTS = { processes: 4096, diskBytes: 64 * GIB, files: 1_000_000 };

/** Of its memory a host keeps a quarter for itself; the builds side by side share the rest. */
const SHARE = 0.75;
const LEAST_MEMORY_BYTES = GIB;

const inBytes = (mib: number | undefined): number | undefined => (mib === undefined ? undefined : mib * MIB);

/** What every build of an agent may take. `memoryBytes`: the host's. */
export const buildCaps = (
  told: ToldCaps = {},
  { memoryBytes, slots }: { memoryBytes: number; slots: number },
): BuildCaps => ({
  processes: told.processes ?? DEFAULTS.processes,
  memoryBytes:
    inBytes(told.memory_mib) ?? Math.max(LEAST_MEMORY_BYTES, Math.floor((memoryBytes * SHARE) / slots)),
  diskBytes: inBytes(told.disk_mib) ?? DEFAULTS.diskBytes,
  files: told.files ?? DEFAULTS.files,
});
