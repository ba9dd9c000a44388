import { normalisation } from '@gild/layer-steps';

/** Takes what every layer must not have, and what rpm, dnf and their packages leave, out of a layer. */
export const NORMALISE = normalisation({
  identities: '',
  history: `all_gone('/var/log/{dnf,dnf.librepo,dnf.rpm,dnf5,hawkey}.log*');
`,
  caches: [],
  database: `all_gone('/{usr/lib/sysimage,var/lib}/rpm/{.rpm.lock,.dbenv.lock,rpmdb.sqlite-shm,rpmdb.sqlite-wal}');
`,
  rest: `all_gone('/var/lib/systemd/catalog/.#*');
`,
});
