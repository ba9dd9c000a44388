import {
  type BuildInputs,
  changeRecipe,
  type GoldenImageConfig,
  type LayerRecipe,
  type Release,
} from '@gild/contracts';
import { waysOf } from './families/ways-of.js';
import { mounts } from './hardening/file-modes.js';
import { kernelSettings } from './hardening/kernel-settings.js';
import { loginSettings, sessionFiles } from './hardening/sessions.js';
import { unneededModules } from './hardening/unneeded-modules.js';
import { grubFile } from './kernel-command-line.js';

// A mistake in either locks people out of every machine made from the image. sshd wants a key of the host, which an image has none of.
const soundSettings = `#!/bin/sh
set -eu
visudo --check --quiet
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f /run/sshd/key
/usr/sbin/sshd -t -h /run/sshd/key
rm -r /run/sshd
`;

/**
 * What the CIS benchmarks for Debian and Ubuntu (numbers of Debian 12's) and Debian's own guide ask of a server, as far as every
 * service keeps working. It comes after the services, so that a change of it makes none of them anew.
 */
export const applySecurityHardening = (
  { steps }: GoldenImageConfig,
  arch: BuildInputs['arch'],
  release: Release,
): LayerRecipe => {
  const { sshServer, auditRules, logins, modeFiles, modes } = waysOf(release).hardening;
  return changeRecipe('apply_security_hardening', {
    packages: release.packages.hardening,
    files: [
      grubFile({ hardened: true, optimized: steps.apply_optimizations }),
      ...kernelSettings,
      ...unneededModules,
      ...sshServer,
      ...sessionFiles,
      ...auditRules(arch),
      ...modeFiles,
    ],
    scripts: [
      { name: 'accounts', content: loginSettings(logins) },
      modes,
      { name: 'mounts', content: mounts },
      { name: 'check of the settings', content: soundSettings },
    ],
    enable: ['auditd.service'],
  });
};
