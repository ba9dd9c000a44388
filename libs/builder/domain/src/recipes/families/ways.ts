import type { RecipeFile, RecipeScript } from '@gild/contracts';

type Arch = 'x86_64' | 'aarch64';

/** How `optimize` is done. */
export type OptimizingWays = {
  /** Timers that do nothing for an image that is replaced rather than tended, by the package that brings them. */
  idleTimers: Readonly<Record<string, readonly string[]>>;
  /** What only serves automatic updates, for an image that has none. */
  updateTimers: readonly string[];
  /** Services that others start when they need them. */
  startedByOthers: readonly string[];
  /** More settings of units, with which they start later or less. */
  unitFiles: readonly RecipeFile[];
  /** Tells the maker of initial RAM disks to make small ones, and the package manager what it need not unpack. */
  files: readonly RecipeFile[];
  /** The package manager cannot be told to leave out parts of a kernel. */
  unpacksModules: boolean;
  /** Makes the initial RAM disk of every kernel anew. */
  initramfs: string;
};

/** How `security_hardening` is done. */
export type HardeningWays = {
  sshServer: readonly RecipeFile[];
  /** Settings of /etc/login.defs. */
  logins: Readonly<Record<string, string>>;
  auditRules: (arch: Arch) => readonly RecipeFile[];
  /** Gives files the modes of `FILE_MODES`, for good. */
  modeFiles: readonly RecipeFile[];
  modes: RecipeScript;
};

/** What differs between releases in how a recipe is done rather than in what it is for. */
export type Ways = {
  /** Whoever is in it may become root. */
  adminGroup: string;
  /** Commands that clear away what package management, caches and the making of the image left. */
  clearing: Readonly<Record<'packageManager' | 'caches' | 'artifacts', readonly string[]>>;
  /** Patterns of a shell for every file that some definition has and another has not, besides that of the account. */
  configFiles: readonly string[];
  /** What turns automatic updates on or off, on a system of its own or on that of a base image. */
  updates: (on: boolean, isOnBase: boolean) => { files: readonly RecipeFile[]; enable: readonly string[] };
  optimizing: OptimizingWays;
  hardening: HardeningWays;
};
