import type { GoldenImageBuildJob } from '@gild/contracts';
import type {
  Clock,
  EventStore,
  Ids,
  ObjectGrants,
  ObjectStore,
  Sha256,
  TaskservCatalogue,
} from '@gild/ports';

/** What the registry needs from outside. */
export type RegistryDeps = {
  store: EventStore;
  objects: ObjectStore;
  /** For agents that hold no keys of the object store; absent where nothing can be granted. */
  grants?: ObjectGrants | undefined;
  clock: Clock;
  ids: Ids;
  sha256: Sha256;
  catalogue: TaskservCatalogue;
  /** Job documents as of a position of the log, or as they are now: the scheduler's to tell. */
  builds: (at: string | undefined) => Promise<readonly GoldenImageBuildJob[]>;
  /** Names the policy stream; part of the exported document. */
  registryId: string;
  /** Where the registry answers or lies. */
  location: string;
  /** Told about every failure of background work that will be tried again. */
  report: (error: unknown) => void;
};
