import { z } from 'zod';
import { ArtifactLayer, StoredObject } from '../events/artifact.js';
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

/** Name and version of the golden image that another one was started from. */
export const BaseVersion = z.object({ imageName: z.string(), version: z.string() });
export type BaseVersion = z.infer<typeof BaseVersion>;

/** The version a build starts from, chosen when the build was asked for: exactly these bytes. */
export const BuildBase = BaseVersion.extend({
  /** Digest of its image file. */
  checksum: z.hash('sha256'),
  /** Lowest first. */
  layers: z.array(ArtifactLayer).min(1),
  packageState: StoredObject,
  /** What it and the images below it installed, in that order; none of it is installed again. */
  taskservs: z.array(ChosenTaskserv),
});
export type BuildBase = z.infer<typeof BuildBase>;

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
  /** Absent: the build starts from packages alone. */
  base: BuildBase.optional(),
});
export type BuildInputs = z.infer<typeof BuildInputs>;

/** The value of `BuildInputs.engine` in this release. */
export const ENGINE = 5;
