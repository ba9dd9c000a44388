import { z } from 'zod';
import { Firmware } from '../build/boot-test.js';
import { FailureClass } from '../events/failure.js';
import { Arch } from './arch.js';
import { ImageName, ImageVersion, Sha256Hex, Timestamp, Ulid } from './field-formats.js';
import { GoldenImageConfig } from './golden-image-config.js';

/** Where a job stands. A cancelled job is `failed` with the failure class `cancelled`. */
export const BuildStatus = z.enum(['queued', 'building', 'testing', 'caching', 'completed', 'failed']);
export type BuildStatus = z.output<typeof BuildStatus>;

export const BuildStepStatus = z.enum(['pending', 'running', 'done', 'failed', 'skipped']);
export type BuildStepStatus = z.output<typeof BuildStepStatus>;

const count = z.int().min(0);
const percent = z.number().min(0).max(100);

/** One step of an attempt. A step the definition switched off is present as `skipped`. */
export const BuildStep = z.object({
  name: z.string().min(1).describe('Name of the step.'),
  status: BuildStepStatus.describe('Where the step stands.'),
  started_at: Timestamp.optional().describe('When it started.'),
  duration_ms: z.number().min(0).optional().describe('How long it took.'),
  cache: z.enum(['hit', 'miss', 'none']).default('none').describe('Whether its layer came from the cache.'),
  miss_reason: z.string().optional().describe('Which part of the key differed when the cache had no layer.'),
  nearest_layer: z
    .object({
      step: z.string().describe('Step that made it.'),
      key: z.string().describe('Content key of the layer.'),
    })
    .optional()
    .describe('The cached layer that `miss_reason` compares with.'),
});
export type BuildStep = z.output<typeof BuildStep>;

const sincePowerOn = (what: string) =>
  z.number().min(0).optional().describe(`Milliseconds from power-on until ${what}.`);

const BootCheckOutcome = z.object({
  name: z.string().describe('Name of the check.'),
  passed: z.boolean().describe('Whether it passed.'),
  attempts: count.describe('How often it was run until it was decided.'),
  ms: z.number().min(0).describe('Milliseconds until it was decided, from when the checks began.'),
});

/** The boot test of an image with one firmware. */
export const BootOutcome = z.object({
  firmware: Firmware.describe('Firmware of the test machine.'),
  outcome: z.enum(['passed', 'failed', 'not_tested']).describe('What became of the test.'),
  reason: z.string().optional().describe('Why the image failed, or was not tested.'),
  accelerator: z.enum(['kvm', 'tcg']).optional().describe('KVM, or software emulation.'),
  ms_to_kernel: sincePowerOn('the kernel started'),
  ms_to_userspace: sincePowerOn('the first process started'),
  ms_to_checks_green: sincePowerOn('every check had passed'),
  checks: z.array(BootCheckOutcome).default([]).describe('The checks run in the booted image.'),
});
export type BootOutcome = z.output<typeof BootOutcome>;

const progressFields = {
  status: BuildStatus.describe('Where the job stands.'),
  started_at: Timestamp.optional().describe('When the first attempt started.'),
  completed_at: Timestamp.optional().describe('When the job completed or failed.'),
  duration_seconds: z.number().min(0).optional().describe('Time from start to end.'),
  progress_percent: percent
    .default(0)
    .describe('Never goes back within an attempt; 100 only when the image can be downloaded.'),
  current_step: z.string().optional().describe('Step that runs now.'),
  current_step_progress: percent.default(0).describe('Progress of that step in percent.'),
  steps: z.array(BuildStep).default([]).describe('All steps of the present attempt in order.'),
  boot_tests: z.array(BootOutcome).default([]).describe('Boots of the present attempt, by firmware.'),
};

const resultFields = {
  output_path: z.string().optional().describe('Where the image is stored.'),
  image_size_gb: z.number().min(0).optional().describe('Size of the image file in GiB.'),
  checksum: Sha256Hex.optional().describe('SHA-256 of the image file.'),
  error_message: z.string().optional().describe('Why the job failed, for people.'),
  failure_class: FailureClass.optional().describe('Why the job failed, for programs.'),
  failure_code: z.string().optional().describe('What exactly ended the last attempt that failed.'),
  cancelled_by: z.string().optional().describe('Who cancelled the job.'),
  retry_count: count.default(0).describe('Attempts after the first.'),
  last_error: z.string().optional().describe('What ended the attempt before.'),
  clean_up: z
    .string()
    .optional()
    .describe('What was left on its agent of the attempt that was stopped last, as the agent found it.'),
  build_log_path: z.string().optional().describe('Where the build log is stored.'),
  log_chunks: count.optional().describe('Pieces of the log of the present attempt, once it is complete.'),
  interrupted_logs: z
    .array(z.int().min(1))
    .optional()
    .describe('Attempts whose log ends where their agent was lost.'),
  test_log_path: z.string().optional().describe('Where the log of the boot test is stored.'),
};

const placementFields = {
  arch: Arch.describe('CPU architecture the job builds for.'),
  attempt: count.default(0).describe('Number of the present attempt; 0 before the first.'),
  agent_id: z.string().min(1).optional().describe('Agent that runs, or ran, the attempt.'),
  emulated: z.boolean().optional().describe('The agent is of another architecture and emulates this one.'),
  waiting_reason: z.string().optional().describe('What a queued job waits for, in words.'),
  waiting_code: z
    .string()
    .optional()
    .describe(
      'What a queued job waits for, for programs: what the scheduler that answers found when it last looked; ' +
        'another one of the farm may answer without it.',
    ),
  priority: z.int().default(0).describe('Higher runs earlier.'),
  version_jobs: z
    .array(
      z.object({ arch: Arch.describe('CPU architecture.'), job_id: Ulid.describe('Job that builds it.') }),
    )
    .optional()
    .describe('All jobs of the version, this one included, when it is built for several architectures.'),
};

/** A build, from request to image. */
export const GoldenImageBuildJob = z
  .object({
    job_id: Ulid.describe('Identity of the job; sorts by the time of the request.'),
    image_name: ImageName.describe('Image that is built.'),
    image_version: ImageVersion.describe('Version it becomes.'),
    image_config: GoldenImageConfig.describe('The resolved definition at the moment of the request.'),
    ...progressFields,
    ...resultFields,
    ...placementFields,
  })
  .meta({ title: 'GoldenImageBuildJob', description: 'A build of an image.' });
export type GoldenImageBuildJob = z.output<typeof GoldenImageBuildJob>;
