import type { GoldenImageConfig } from '../documents/golden-image-config.js';
import type { ImageBuildPolicy } from '../documents/image-build-policy.js';
import { releaseViolations } from './release-violations.js';
import { violation, type Violation } from './violation.js';

/** The fields of a definition that are sound by themselves. */
export type SoundFields = Partial<GoldenImageConfig>;

/** A rule over several fields; it says nothing while one of its fields is faulty by itself. */
export type DefinitionRule = (fields: SoundFields, policy: ImageBuildPolicy) => readonly Violation[];

const knownRelease: DefinitionRule = ({ base_os, os_version }) =>
  base_os === undefined || os_version === undefined
    ? []
    : releaseViolations(['os_version'], { os: base_os, version: os_version });

/** Of `build_timeout_minutes`: the policy says how long a build may take at most. */
export const timeWithinPolicy = (
  { build_timeout_minutes }: Pick<SoundFields, 'build_timeout_minutes'>,
  { max_build_time_minutes }: Pick<ImageBuildPolicy, 'max_build_time_minutes'>,
): readonly Violation[] =>
  build_timeout_minutes === undefined || build_timeout_minutes <= max_build_time_minutes
    ? []
    : [
        violation({
          path: ['build_timeout_minutes'],
          expected: `at most ${String(max_build_time_minutes)} (max_build_time_minutes of the policy)`,
          found: String(build_timeout_minutes),
        }),
      ];

const notItsOwnBase: DefinitionRule = ({ name, base_image }) =>
  base_image === undefined || base_image.name !== name
    ? []
    : [violation({ path: ['base_image', 'name'], expected: 'another image', found: 'the image itself' })];

const INSTALLED_BY_DEPENDENCIES = ['include_dev_tools', 'include_kernel_headers'] as const;

/** Otherwise an image without a compiler would be built for somebody who asked for one. */
const stepThatInstalls: DefinitionRule = ({ steps, ...fields }) =>
  steps?.install_dependencies === false
    ? INSTALLED_BY_DEPENDENCIES.filter((name) => fields[name] === true).map((name) =>
        violation({
          path: [name],
          expected: 'false where steps.install_dependencies is false',
          found: 'true',
          hint: 'that step installs them',
        }),
      )
    : [];

export const DEFINITION_RULES: readonly DefinitionRule[] = [
  knownRelease,
  timeWithinPolicy,
  notItsOwnBase,
  stepThatInstalls,
];
