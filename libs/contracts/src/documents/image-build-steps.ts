import { z } from 'zod';
import { TaskservName } from './field-formats.js';
import { uniqueList } from './unique-list.js';

const step = (runs: boolean, meaning: string) => z.boolean().default(runs).describe(meaning);

const fields = {
  prepare_base: step(
    true,
    'Make the base root file system of the distribution; on a base image: bring its base system up to what this release prepares.',
  ),
  update_packages: step(true, 'Upgrade the packages of the base.'),
  install_dependencies: step(
    true,
    'Install what the definition asks for beside its taskservs: development tools, kernel headers, automatic updates.',
  ),
  install_taskservs: step(true, 'Install the taskservs the definition names.'),
  install_order: uniqueList(z.array(TaskservName))
    .default([])
    .describe('Order of installation in place of the computed one; refused when it breaks a dependency.'),
  parallel_install: step(
    false,
    'Download and unpack taskservs side by side; packages are configured one after the other in any case.',
  ),
  apply_config: step(true, 'Write the configuration of the image and of its taskservs.'),
  apply_security_hardening: step(
    false,
    'Apply the hardening. Left out in a definition, it follows `security_hardening`.',
  ),
  apply_optimizations: step(
    false,
    'Apply the boot and size optimizations. Left out in a definition, it follows `optimize`.',
  ),
  run_tests: step(true, 'Boot the image and run the checks of its taskservs.'),
  test_scripts: z
    .array(z.string().min(1).max(65_536))
    .default([])
    .describe('Shell scripts run as root inside the booted image, after the checks; each must exit with 0.'),
  cleanup_caches: step(true, 'Remove caches of programs.'),
  cleanup_temp_files: step(true, 'Empty the temporary folders.'),
  remove_build_artifacts: step(
    true,
    'Remove what only the build needed. The logs of the package manager are in no image either way, so that two builds are the same.',
  ),
  compress_image: step(true, 'Compress the image. Left out in a definition, it follows `compression`.'),
  generate_checksums: step(true, 'Compute the checksums of the image.'),
  verify_image: step(true, 'Read the finished image back and compare it with its checksums.'),
};

/** Which steps of a build run, as people write it. */
export const ImageBuildStepsDocument = z.strictObject(fields).meta({
  title: 'ImageBuildSteps',
  description: 'Which steps of a build run. A step that is switched off is recorded as skipped.',
});
export type ImageBuildStepsInput = z.input<typeof ImageBuildStepsDocument>;

/** Which steps of a build run, every field filled. Unknown keys are of a newer writer and are dropped. */
export const ImageBuildSteps = z.object(fields).meta({ title: 'ImageBuildSteps' });
export type ImageBuildSteps = z.output<typeof ImageBuildSteps>;
