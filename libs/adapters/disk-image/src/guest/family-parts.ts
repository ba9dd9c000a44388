import {
  osRelease,
  rendererOf,
  type Distribution,
  type RecipeFile,
  type Release,
  type Renderer,
  type Target,
} from '@gild/contracts';
import { kernelInstallFiles } from './kernel-install.js';
import { growRootFiles, growRootUnits } from './grow-root.js';
import { firstBootFiles, firstBootUnits } from './first-boot-files.js';

/** What of the machine's own parts each family needs in its own way. */
export type FamilyParts = {
  /** Where the program of the test agent is; under SELinux its place decides what it may do. */
  testAgent: string;
  files: readonly RecipeFile[];
  enable: readonly string[];
  disable: readonly string[];
};

// Whatever packages made of it, names are resolved by systemd-resolved.
const resolverLink: RecipeFile = {
  path: '/etc/tmpfiles.d/gild-resolver.conf',
  content: 'L+! /etc/resolv.conf - - - - ../run/systemd/resolve/stub-resolv.conf\n',
  mode: '0644',
};

const FAMILY_PARTS: Readonly<Record<Release['family'], FamilyParts>> = {
  apt: {
    testAgent: '/usr/lib/gild/test-agent',
    files: firstBootFiles,
    enable: firstBootUnits,
    // Both look for LVM snapshots at every start; the disk has no LVM.
    disable: ['e2scrub_reap.service', 'e2scrub_all.timer'],
  },
  // Its own sshd makes host keys when it first starts, under the label that lets it.
  rpm: {
    testAgent: '/usr/libexec/gild/test-agent',
    files: [resolverLink, ...kernelInstallFiles, ...growRootFiles],
    enable: growRootUnits,
    disable: [],
  },
};

/** The parts for the family of a target's release, and what brings its network up. */
export const partsOf = ({ distribution, release }: Target): FamilyParts & { renderer: Renderer } => {
  const row = osRelease(distribution as Distribution, release);
  return { ...FAMILY_PARTS[row?.family ?? 'apt'], renderer: rendererOf(row) };
};
