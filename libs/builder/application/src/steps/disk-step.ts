import type { Attempt } from '../attempt.js';
import { GIB } from './gib.js';

const suffixes = { qcow2: '.qcow2', raw: '.raw', vmdk: '.vmdk' } as const;

/** Makes the disk from the finished trees. */
export const runDiskStep = async (attempt: Attempt): Promise<void> => {
  const { inputs, deps, work, trees, log } = attempt;
  const { definition, arch } = inputs;
  const { disk_format: format } = definition;
  attempt.disk = await deps.disks.assemble(
    {
      lower: trees,
      arch,
      virtualSizeBytes: definition.disk_size_gb * GIB,
      format,
      compression: definition.compression && definition.steps.compress_image,
      seed: attempt.assignment.inputDigest,
      outputPath: `${work.workDir}/image${suffixes[format]}`,
    },
    work,
  );
  await log.line(`root file system sha256 ${attempt.disk.rootfsSha256}`);
};
