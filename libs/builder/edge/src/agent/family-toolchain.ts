import { OS_RELEASES, type Release, type Target } from '@gild/contracts';
import { Fault, type Toolchain } from '@gild/ports';

/** One toolchain for all distributions: each target is made by that of its release's family. Fault: TARGET_UNKNOWN. */
export const familyToolchain = (toolchains: Readonly<Record<Release['family'], Toolchain>>): Toolchain => {
  const releases = Object.values(OS_RELEASES).flat();
  const of = ({ distribution, release }: Target): Toolchain => {
    const found = releases.find((row) => row.distribution === distribution && row.version === release);
    if (found) return toolchains[found.family];
    throw new Fault('TARGET_UNKNOWN', `No toolchain makes ${distribution} ${release}.`);
  };
  return {
    versions: async (target) => of(target).versions(target),
    resolve: async (target, layers, context) => of(target).resolve(target, layers, context),
    build: async (layer, context) => of(layer.target).build(layer, context),
    fetch: async (layer, context) => of(layer.target).fetch(layer, context),
    packageState: async (target, lower, context) => of(target).packageState(target, lower, context),
    installed: async (target, lower, context) => of(target).installed(target, lower, context),
  };
};
