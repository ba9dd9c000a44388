import {
  type BuildInputs,
  type Firmware,
  FIRMWARES,
  type GoldenImageConfig,
  osRelease,
  type PlannedBoot,
  signedLoaders,
  type X86Level,
} from '@gild/contracts';

type Booted = Pick<BuildInputs, 'arch'> & { definition: GoldenImageConfig };

/** The level of x86_64 processor an image needs to start; undefined where any will do. */
export const neededLevel = ({ arch, definition }: Booted): X86Level | undefined =>
  osRelease(definition.base_os, definition.os_version)?.arches[arch]?.x86Level;

/**
 * The boots an image has to pass: one for every firmware of its architecture. Secure Boot only where the release has loaders it
 * would start; where there are none the plan says so.
 */
export const plannedBoots = ({ arch, definition }: Booted): readonly PlannedBoot[] => {
  const { base_os: os, os_version: release } = definition;
  const isSigned = signedLoaders(os, release, arch) !== undefined;
  return FIRMWARES[arch].map((firmware) =>
    firmware === 'uefi-secure' && !isSigned
      ? {
          firmware,
          untested: `${os} ${release} has no boot loader for ${arch} that is signed for Secure Boot`,
        }
      : { firmware },
  );
};

/** Those of them that are really made. */
export const testedFirmwares = (inputs: Parameters<typeof plannedBoots>[0]): readonly Firmware[] =>
  plannedBoots(inputs)
    .filter(({ untested }) => untested === undefined)
    .map(({ firmware }) => firmware);

/** Whether a build boots its image: its definition says so, and who asks for it does not say otherwise. */
export const isBootTested = ({ steps }: Pick<GoldenImageConfig, 'steps'>, bootTest: boolean): boolean =>
  steps.run_tests && bootTest;
