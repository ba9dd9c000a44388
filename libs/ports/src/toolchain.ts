import type { ExtraRepository, InstalledPackage, LayerRecipe, ResolvedLayer, Target } from '@gild/contracts';

/** Where a call may work, where it reports, and what ends it. */
export type WorkContext = {
  /** Private empty folder of this call's build. */
  workDir: string;
  /** Folder kept between builds (package archives, indexes). */
  cacheDir: string;
  log: (chunk: Uint8Array) => void | Promise<void>;
  signal: AbortSignal;
  /** Longest silence of any process before it is killed. */
  idleLimitMs: number;
};

/** A root file system that layers are put on, made by an earlier build. */
export type InstalledBase = {
  /** As `packageState` gave it. */
  packageState: string;
  /** What the recipes of its layers brought; packages may come from there. */
  repositories: readonly ExtraRepository[];
};

/**
 * Makes root file system layers for one family of distributions.
 * Faults: MIRROR_UNREACHABLE (retryable), PACKAGE_NOT_FOUND, VERSION_NOT_FOUND (its message names the available
 * versions), PACKAGE_CONFLICT, DOWNLOAD_MISMATCH, PACKAGE_FAILED, SCRIPT_FAILED, BUILD_SILENT, NO_SPACE (retryable),
 * REPOSITORY_UNTRUSTED (not signed by its pinned key), KEYRING_MISSING and TOOL_MISSING (on this host), PROXY_INVALID (in its environment),
 * TARGET_UNKNOWN.
 */
export interface Toolchain {
  /** Versions of the tools that leave traces in a layer of the target; part of every key. */
  versions(target: Target): Promise<Readonly<Record<string, string>>>;
  /**
   * What each layer would install on top of the ones before it, and of the base, asked of the repositories as they are now.
   */
  resolve(
    target: Target,
    layers: readonly LayerRecipe[],
    context: WorkContext & { base?: InstalledBase },
  ): Promise<readonly ResolvedLayer[]>;
  /**
   * Makes one layer: `lower` are the unpacked parents (lowest first), every change ends up in the empty folder
   * `upper`. Its packages may come from its own repositories and from those of the recipes below. Same recipe, resolution and parents give the same files, byte for byte.
   */
  build(
    layer: {
      target: Target;
      recipe: LayerRecipe;
      resolved: ResolvedLayer;
      repositoriesBelow: readonly ExtraRepository[];
      lower: readonly string[];
      upper: string;
    },
    context: WorkContext,
  ): Promise<void>;
  /**
   * Brings everything that goes into a layer into the cache, checked, so that building the layer downloads nothing. Changes
   * no layer; may run beside any other call.
   */
  fetch(
    layer: {
      target: Target;
      recipe: LayerRecipe;
      resolved: ResolvedLayer;
      repositoriesBelow: readonly ExtraRepository[];
    },
    context: WorkContext,
  ): Promise<void>;
  /** What is installed in a tree, in a form of the toolchain's own: what `resolve` needs to know of a base. */
  packageState(target: Target, lower: readonly string[], context: WorkContext): Promise<string>;
  /** Every package installed in a tree, from its package database, sorted by name. */
  installed(
    target: Target,
    lower: readonly string[],
    context: WorkContext,
  ): Promise<readonly InstalledPackage[]>;
}

/** A layer at rest. */
export type LayerArchive = { path: string; sha256: string; sizeBytes: number };

/**
 * Layers between folder and archive. Both directions keep owners, modes, xattrs and overlay whiteouts. Faults: NO_SPACE
 * (retryable), ARCHIVE_FAILED (with the reason), and those of the sandbox.
 */
export interface LayerArchiver {
  /** Writes the tree as one compressed, reproducible archive (temporary file, fsync, rename). */
  pack(tree: string, archivePath: string, signal: AbortSignal): Promise<LayerArchive>;
  /** Unpacks while checking; on a digest mismatch nothing is left at `tree` and the fault is LAYER_DAMAGED. */
  unpack(archive: LayerArchive, tree: string, signal: AbortSignal): Promise<void>;
}
