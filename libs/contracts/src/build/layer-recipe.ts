/** What an image is made for. */
export type Target = { distribution: string; release: string; arch: 'x86_64' | 'aarch64' };

/** A package repository beside the distribution's own. */
export type ExtraRepository = {
  name: string;
  uri: string;
  suite: string;
  components: readonly string[];
  key: string;
};

/** A file written into the image. `mode` is octal text such as `0644`; owner and group are names inside the image. */
export type RecipeFile = { path: string; content: string; mode: string; owner?: string; group?: string };

/** Something fetched over the network and checked before it is written to `path`. */
export type RecipeDownload = { url: string; sha256: string; path: string; mode: string };

/** A script run by the image's /bin/sh as root of the image; without network unless it says so. */
export type RecipeScript = { name: string; content: string; network?: boolean };

/**
 * One layer of a root file system as data: everything a toolchain needs to make it, and so everything its key is
 * computed from. Applied in the order of the members below.
 */
export type LayerRecipe = {
  name: string;
  /** The first layer makes the root file system; later ones change it. */
  kind: 'bootstrap' | 'change';
  repositories: readonly ExtraRepository[];
  /** Upgrade what is installed before anything else. */
  upgrade: boolean;
  /** Package names, or `name=version` for a pin. Recommended packages are not pulled in. */
  packages: readonly string[];
  /** Packages of the layers below that may go, because one of `packages` takes their place; absent: none. */
  replaces?: readonly string[];
  /** Written before packages are configured, so that maintainer scripts see them. */
  seeds: readonly RecipeFile[];
  downloads: readonly RecipeDownload[];
  files: readonly RecipeFile[];
  scripts: readonly RecipeScript[];
  enable: readonly string[];
  disable: readonly string[];
};

/** One package of a resolved layer: exact version and the digest its archive has in the repository's index. */
export type ResolvedPackage = { name: string; version: string; arch: string; sha256: string };

/** The packages a layer adds or upgrades, and those it takes away, each sorted by name. */
export type ResolvedLayer = { packages: readonly ResolvedPackage[]; removed?: readonly string[] };
