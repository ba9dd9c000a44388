import { z } from 'zod';
import { PackageVersion } from '../documents/field-formats.js';
import { PackageName } from '../taskserv/host-words.js';
import { TaskservCheck, TaskservInstallation } from '../taskserv/taskserv.js';

/** A taskserv as one build installs it: the installation of the build's distribution is chosen. */
export const ChosenTaskserv = z.object({
  name: z.string(),
  versionPackage: PackageName.optional(),
  /** The version of what is downloaded; absent: that of the version package. */
  version: PackageVersion.optional(),
  /** Version the definition pins; absent: the newest the repositories have. */
  pin: PackageVersion.optional(),
  installation: TaskservInstallation,
  checks: z.array(TaskservCheck),
});
export type ChosenTaskserv = z.infer<typeof ChosenTaskserv>;

/**
 * Everything that decides the result of a build but the state of the package repositories. Stored as an object named
 * by the sha256 of its canonical JSON (the input digest), so that an agent needs no catalogue of its own and the
 * inputs of any build can be read years later.
 */
export const BuildInputs = z.object({
  /** Raised when the engine starts to make different bytes from equal inputs. */
  engine: z.int(),
  arch: z.enum(['x86_64', 'aarch64']),
  /** The resolved definition. */
  definition: z.record(z.string(), z.unknown()),
  /** In install order. */
  taskservs: z.array(ChosenTaskserv),
});
export type BuildInputs = z.infer<typeof BuildInputs>;

/** The value of `BuildInputs.engine` in this release. */
export const ENGINE = 1;
