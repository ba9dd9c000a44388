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
  /** Removes what builds of processes that are gone left behind. */
  sweep(): Promise<void>;
  freePercent(): Promise<number>;
}
