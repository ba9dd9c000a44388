import type { Arch } from '../documents/arch.js';
import type { Renderer } from '../network/network.js';
import type { Distribution } from './distribution.js';

/** Levels of x86_64 processors, as in x86-64-v3: each has what the one before has, and more. */
export type X86Level = 2 | 3;

/** Packages an image is made of beyond what its package manager calls essential. */
export type ReleasePackages = {
  /** What people expect on any server: certificates, SSH, sudo, the clock. */
  base: readonly string[];
  /** What a machine needs to start by itself, besides the kernel and the boot loaders. */
  system: readonly string[];
  devTools: readonly string[];
  automaticUpdates: readonly string[];
  /** Audit, mandatory access control and checks of new passwords. */
  hardening: readonly string[];
};

/** What differs between the architectures of a release. */
export type ReleaseArch = {
  /** The architecture's name in package files. */
  packageArch: string;
  /** The kernel package that follows the release's updates, and the headers that follow it. */
  kernel: string;
  kernelHeaders: string;
  /** GRUB for every firmware the architecture boots with. */
  bootLoaders: readonly string[];
  /** The level of x86_64 processors its programs are made for; absent: the second, or less. */
  x86Level?: X86Level;
};

type SharedFields = {
  distribution: Distribution;
  /** As definitions write it. */
  version: string;
  /** The name the distribution's own repositories know the release by. */
  codename: string;
  /** The account SSH keys are given to, as the distribution's own cloud images name it. */
  defaultUser: string;
  packages: ReleasePackages;
  /** Seconds since 1970 of the day it came out: no file of an image is dated earlier. */
  epoch: number;
};

/** Which of a release's archives a suite is fetched from. */
export type AptArchive = 'main' | 'security';
export type AptMirrors = Readonly<Record<AptArchive, string>>;

/** What differs between the architectures of a release of the Debian family. */
export type AptArch = ReleaseArch & {
  /** Folders of the root that are links into /usr before the first package is unpacked. */
  linkedFolders: readonly string[];
  /** Where its packages come from, when that is not where the others' do. */
  mirrors?: AptMirrors;
};

/** A release of the Debian family: dpkg packages from apt repositories. */
export type AptRelease = SharedFields & {
  family: 'apt';
  arches: Readonly<Partial<Record<Arch, AptArch>>>;
  suites: readonly { archive: AptArchive; suite: string }[];
  components: readonly string[];
  /** Where packages come from when the host does not say, and what a finished image is told. */
  mirrors: AptMirrors;
  /** No longer updated, and moved to where old releases are kept: its indexes have expired. */
  archived: boolean;
  /** The keys its indexes are signed with: where an image has them, and the package that brings them. */
  keyring: { path: string; package: string };
  /** Installed although nothing asks for it. */
  seedPackages: readonly string[];
};

/** A repository of a release of the Red Hat family. */
export type RpmRepository = {
  /** Its name, and where it lies on a mirror; `$arch` stands for the architecture. */
  name: string;
  path: string;
  /** Where the distribution names mirrors that have it; absent where only subscribers may fetch it. */
  metalink?: string;
};

/** A release of the Red Hat family: rpm packages from dnf repositories. */
export type RpmRelease = SharedFields & {
  family: 'rpm';
  arches: Readonly<Partial<Record<Arch, ReleaseArch>>>;
  repositories: readonly RpmRepository[];
  /** The shipped key its packages are signed with; absent: the agent must be told one. */
  key?: string;
  /** What brings its network up. */
  renderer: Renderer;
  /** The timer that installs updates, once it is enabled. */
  updateTimer: string;
  /** What modules of packages are made for. */
  platform: string;
  /** Links of the root, and where each leads, before the first package is unpacked. */
  links: Readonly<Record<string, string>>;
  /** Installed although nothing asks for it: what says which system this is, and what installs the rest. */
  seedPackages: readonly string[];
};

/** Everything Gild knows of a release that is not known of every release of its family. */
export type Release = AptRelease | RpmRelease;

/** What brings the network of a release up: in the Debian family systemd-networkd, of every release. */
export const rendererOf = (release: Release | undefined): Renderer =>
  release?.family === 'rpm' ? release.renderer : 'networkd';
