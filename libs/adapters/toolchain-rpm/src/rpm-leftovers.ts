/** What rpm, dnf and their packages leave that differs from build to build, for the normalisation of layers. */
export const RPM_LEFTOVERS = `
all_gone('/{usr/lib/sysimage,var/lib}/rpm/{.rpm.lock,.dbenv.lock,rpmdb.sqlite-shm,rpmdb.sqlite-wal}');
all_gone('/var/cache/{dnf,libdnf5,yum}/*', '/var/log/{dnf,dnf.librepo,dnf.rpm,dnf5,hawkey}.log*');
all_gone('/var/lib/systemd/catalog/.#*', '/etc/.updated', '/var/.updated');
`;
