import type { Arch } from '../documents/arch.js';
import type { Distribution } from './distribution.js';
import type { Release } from './release.js';
import { osRelease } from './releases.js';

/** A file for the folder /EFI/BOOT of the EFI system partition. */
export type SignedLoaderFile = {
  name: string;
  /** Where it lies in a tree of the release; the first that is there is taken. */
  paths: readonly string[];
  /** The machine starts without it too. */
  optional?: true;
};

/** What a release brings to start under Secure Boot: shim, signed by Microsoft, and the GRUB that shim trusts. */
export type SignedLoaders = {
  packages: readonly string[];
  /** Folder below /EFI in which the signed GRUB looks for its grub.cfg. */
  folder: string;
  files: readonly SignedLoaderFile[];
};

type ArchNames = { deb: string; efi: string; grub: string; removable: string };

const NAMES: Readonly<Record<Arch, ArchNames>> = {
  x86_64: { deb: 'amd64', efi: 'x64', grub: 'x86_64-efi', removable: 'BOOTX64.EFI' },
  aarch64: { deb: 'arm64', efi: 'aa64', grub: 'arm64-efi', removable: 'BOOTAA64.EFI' },
};

type Family = (folder: string, names: ArchNames) => SignedLoaders;

const ofDebs: Family = (folder, { deb, efi, grub, removable }) => ({
  packages: ['shim-signed', `grub-efi-${deb}-signed`],
  folder,
  files: [
    // Where an alternative chooses between two shims, its link may lead anywhere; the newer one has a name of its own.
    {
      name: removable,
      paths: [`/usr/lib/shim/shim${efi}.efi.signed.latest`, `/usr/lib/shim/shim${efi}.efi.signed`],
    },
    { name: `grub${efi}.efi`, paths: [`/usr/lib/grub/${grub}-signed/grub${efi}.efi.signed`] },
    {
      name: `mm${efi}.efi`,
      paths: [`/usr/lib/shim/mm${efi}.efi.signed`, `/usr/lib/shim/mm${efi}.efi`],
      optional: true,
    },
  ],
});

const ofRpms: Family = (folder, { efi, removable }) => ({
  packages: [`shim-${efi}`, `grub2-efi-${efi}`],
  folder,
  files: [
    { name: removable, paths: [`/boot/efi/EFI/${folder}/shim${efi}.efi`] },
    { name: `grub${efi}.efi`, paths: [`/boot/efi/EFI/${folder}/grub${efi}.efi`] },
    { name: `mm${efi}.efi`, paths: [`/boot/efi/EFI/${folder}/mm${efi}.efi`], optional: true },
  ],
});

const FAMILIES: Readonly<Record<Release['family'], Family>> = { apt: ofDebs, rpm: ofRpms };

/** Folders by distribution; one that is not named has no signed loaders. */
const FOLDERS: Readonly<Partial<Record<Distribution, string>>> = {
  debian: 'debian',
  ubuntu: 'ubuntu',
  fedora: 'fedora',
  centos: 'centos',
  rhel: 'redhat',
};

/** The loaders of a release for an architecture; undefined when it has none that are signed. */
export const signedLoaders = (os: Distribution, version: string, arch: Arch): SignedLoaders | undefined => {
  const release = osRelease(os, version);
  const folder = FOLDERS[os];
  return release === undefined || folder === undefined
    ? undefined
    : FAMILIES[release.family](folder, NAMES[arch]);
};
