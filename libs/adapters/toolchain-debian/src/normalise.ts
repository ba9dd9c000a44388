import { stepFailure } from './failures.js';
import { runStep, type LayerTree } from './image-run.js';
import type { Work } from './toolchain-options.js';

/**
 * Takes out of a layer what differs between two builds of it, and what must differ between two machines made from it.
 * Works on the layer alone, not on the merged tree: what it removes shows nothing of a lower layer, for those are
 * normalised too.
 *
 * An empty machine-id gives every machine its own without counting as a first boot, so that systemd does not preset
 * all units again and thereby enable those the definition disabled. The copy of dbus is a link that systemd makes. In
 * debconf's answers stand names of temporary files, of which the random end is cut off.
 */
export const NORMALISE = `set -eu
cd "$GILD_ROOT"
empty() { for file; do if [ -f "$file" ] && [ ! -L "$file" ]; then : >"$file"; fi; done; }

empty etc/machine-id
rm -f var/lib/dbus/machine-id var/lib/systemd/random-seed var/lib/systemd/credential.secret
rm -f etc/ssh/ssh_host_*_key etc/ssh/ssh_host_*_key.pub
if [ -f etc/ssl/certs/ssl-cert-snakeoil.pem ]; then
  rm -f etc/ssl/certs/ssl-cert-snakeoil.pem etc/ssl/private/ssl-cert-snakeoil.key
  find etc/ssl/certs -lname ssl-cert-snakeoil.pem -delete
fi

rm -rf var/log/apt/* var/lib/apt/lists/* var/cache/apt/*.bin var/cache/apt/archives/*.deb
rm -f var/log/dpkg.log var/log/alternatives.log var/log/bootstrap.log var/log/fontconfig.log
empty var/log/btmp var/log/wtmp var/log/lastlog var/log/faillog
rm -f var/cache/ldconfig/aux-cache var/cache/debconf/*-old var/lib/dpkg/*-old var/lib/dpkg/lock* var/lib/dpkg/triggers/Lock
rm -f var/lib/apt/daily_lock var/cache/apt/archives/lock
rm -f etc/passwd- etc/shadow- etc/group- etc/gshadow- etc/subuid- etc/subgid- etc/.pwd.lock
rm -f etc/.resolv.conf.systemd-resolved.bak
if [ -f var/cache/debconf/config.dat ]; then sed -i 's#^\\( [A-Z]* = /tmp/[^ ]*\\)\\.[A-Za-z0-9]\\{6,\\}$#\\1#' var/cache/debconf/config.dat; fi
rm -f root/.bash_history root/.wget-hsts root/.rnd

find . -newermt "@$SOURCE_DATE_EPOCH" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
`;

/** Runs the normalisation on the layer by itself. */
export const normalise = async (work: Work, tree: LayerTree): Promise<void> => {
  const alone = { ...tree, lower: [] };
  const { exitCode, output } = await runStep(work, alone, {
    argv: ['sh', '-c', NORMALISE],
    root: 'host',
  });
  if (exitCode !== 0) throw stepFailure('Normalising the layer', exitCode, output);
};
