import type { RecipeFile, Release } from '@gild/contracts';

type Family = Release['family'];

/** What a family of distributions does in its own way. */
type FamilyWays = {
  /** Whoever is in it may become root. */
  adminGroup: string;
  /** Commands that clear away what package management, caches and the making of the image left. */
  clearing: Readonly<Record<'packageManager' | 'caches' | 'artifacts', readonly string[]>>;
};

export const FAMILY_WAYS: Readonly<Record<Family, FamilyWays>> = {
  apt: {
    adminGroup: 'sudo',
    clearing: {
      packageManager: ['rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb'],
      caches: ['rm -rf /var/cache/debconf/*-old /var/cache/man/*'],
      artifacts: [
        'rm -f /var/log/alternatives.log /var/log/bootstrap.log /var/log/dpkg.log',
        'rm -rf /var/log/apt/*',
      ],
    },
  },
  rpm: {
    adminGroup: 'wheel',
    clearing: {
      packageManager: ['rm -rf /var/cache/dnf/* /var/cache/libdnf5/*'],
      caches: ['rm -rf /var/cache/man/*'],
      artifacts: ['rm -f /var/log/dnf*.log* /var/log/hawkey.log*'],
    },
  },
};

type AutomaticUpdates = { files: readonly RecipeFile[]; enable: readonly string[] };

const aptPeriodic = (on: boolean): RecipeFile => ({
  path: '/etc/apt/apt.conf.d/20auto-upgrades',
  content: `APT::Periodic::Update-Package-Lists "${on ? 1 : 0}";\nAPT::Periodic::Unattended-Upgrade "${on ? 1 : 0}";\n`,
  mode: '0644',
});

const DNF_AUTOMATIC: RecipeFile = {
  path: '/etc/dnf/automatic.conf',
  content: '[commands]\ndownload_updates = yes\napply_updates = yes\n',
  mode: '0644',
};

/** What turns a release's automatic updates on or off; where they have to be turned on, off is nothing. */
export const automaticUpdates = (release: Release, on: boolean): AutomaticUpdates => {
  if (release.family === 'apt') return { files: [aptPeriodic(on)], enable: [] };
  return on ? { files: [DNF_AUTOMATIC], enable: [release.updateTimer] } : { files: [], enable: [] };
};
