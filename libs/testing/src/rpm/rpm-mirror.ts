import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { mirrorOf } from './mirror-of.js';
import { rpmWorkshop, type TestPackage } from './rpm-workshop.js';

/** What a mirror has of a distribution. */
export type RpmSystem = {
  packages: readonly TestPackage[];
  /** Those of the release's repositories; the first has the packages. */
  folders: readonly string[];
};

const WHO = 'release@gild.invalid';

/** A mirror of repositories with packages that a test makes and signs itself; `before` it answers, it is told what was asked for. */
export const rpmMirror = async (before?: (path: string) => Promise<void>) => {
  const workshop = rpmWorkshop();
  const key = workshop.key(WHO);
  const { url, asked, close } = await mirrorOf(join(workshop.home, 'repositories'), before);

  /** Makes packages, signed with the key of the mirror; their files. */
  const signed = (packages: readonly TestPackage[]): string[] => {
    const rpms = packages.map(workshop.make);
    workshop.sign(WHO, rpms);
    return rpms;
  };

  return {
    ...{ url, key, asked, workshop, signed },
    /** Publishes a whole system. */
    hold: ({ packages, folders }: RpmSystem): void => {
      const rpms = signed(packages);
      for (const [index, folder] of folders.entries()) workshop.publish(folder, index === 0 ? rpms : []);
    },
    close: (): void => {
      close();
      rmSync(workshop.home, { recursive: true, force: true });
    },
  };
};
