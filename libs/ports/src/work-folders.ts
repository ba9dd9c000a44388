import type { SandboxEnd } from './sandbox.js';

/** What was found of a build when its folder was removed. Zeros and true: nothing is left. */
export type Cleared = {
  /** Processes and mounts of this host that have to do with the folder. */
  processes: number;
  mounts: number;
  folderRemoved: boolean;
  /** How programs that were called off ended; absent: there were none. */
  ended?: SandboxEnd;
};

/**
 * Private folders of running builds. Fault: FOLDER_NAME_INVALID for a name no folder may have, and for a folder to remove
 * that is none of them.
 */
export interface WorkFolders {
  /** An empty folder that nobody else of this host can reach. Fault: NO_SPACE (retryable) when less than `needBytes` is free, naming both. */
  create(name: string, needBytes: number): Promise<string>;
  /** Creates a folder below one that `create` gave; 0755, because it may become the root of a file system. */
  sub(folder: string, name: string): Promise<string>;
  /** Removes a folder with everything in it, whoever owns the files. */
  remove(folder: string): Promise<void>;
  /** As `remove`, but rejects never: it looks at the host for what is left, and says what it found. */
  clear(folder: string): Promise<Cleared>;
  /** Removes what builds of processes that are gone left behind. */
  sweep(): Promise<void>;
  freePercent(): Promise<number>;
}
