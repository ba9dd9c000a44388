import { signedLoaders } from '@gild/contracts';
import type { DiskSpec } from '@gild/ports';
import type { Attempt } from '../attempt.js';
import { GIB } from './gib.js';

/** How the file's name ends. A compressed raw disk is a zstd stream; the other formats compress within. */
export const diskSuffix = (format: DiskSpec['format'], compression: boolean): string =>
  format === 'raw' && compression ? '.raw.zst' : `.${format}`;

/** Makes the disk from the finished trees. */
export const runDiskStep = async (attempt: Attempt): Promise<void> => {
  const { inputs, deps, work, trees, log } = attempt;
  const { definition, arch } = inputs;
  const { disk_format: format } = definition;
  const loaders = signedLoaders(definition.base_os, definition.os_version, arch);
  const compression = definition.compression && definition.steps.compress_image;
  attempt.disk = await deps.disks.assemble(
    {
      lower: trees,
      arch,
      virtualSizeBytes: definition.disk_size_gb * GIB,
      format,
      compression,
      seed: attempt.assignment.inputDigest,
      outputPath: `${work.workDir}/image${diskSuffix(format, compression)}`,
      ...(loaders === undefined ? {} : { signedLoaders: loaders }),
    },
    work,
  );
  await log.line(`root file system sha256 ${attempt.disk.rootfsSha256}`);
};
