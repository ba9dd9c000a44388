import type { ImageBuildPolicy } from '@gild/contracts';
import { inheritingRevocation } from '../life/inheriting-revocation.js';
import { PublishingProcess } from '../publishing/publishing-process.js';
import type { RegistryDeps } from '../registry-deps.js';
import { removingObjects, type RemoveUnneeded } from '../removing/removing-objects.js';
import type { RegistryViews } from '../views/registry-views.js';

type Given = {
  deps: RegistryDeps;
  views: RegistryViews;
  policy: () => Promise<ImageBuildPolicy>;
  removeUnneeded: RemoveUnneeded;
};

/** What the registry does by itself. */
export type RegistryProcesses = {
  /** Begins to publish what builds report, and to do what follows from decisions about versions. */
  start(): Promise<void>;
  /** Resolves when nothing of the registry runs any more. */
  stop(): Promise<void>;
};

export const registryProcesses = ({ deps, views, policy, removeUnneeded }: Given): RegistryProcesses => {
  const { images, storage } = views;
  const all = [
    new PublishingProcess({ deps, images, policy, storage }),
    inheritingRevocation(deps, images),
    removingObjects(deps, removeUnneeded),
  ];
  return {
    // One after another, so that a store that is away is told once.
    start: async () => {
      for (const each of all) await each.start();
    },
    stop: async () => {
      await Promise.all(all.map((each) => each.stop()));
    },
  };
};
