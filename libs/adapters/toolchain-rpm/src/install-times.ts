import { runStep, stepFailure, type LayerTree, type StepWork } from '@gild/layer-steps';

/**
 * The rpm of Enterprise Linux 9 writes into its database when it installed what; later ones take the time they are told. No time
 * there stays newer than the layer. Headers keep both times outside what their digests cover: INSTALLTIME and INSTALLTID. The
 * database is made anew around them, so that nothing of the old ones is left in it.
 */
export const INSTALL_TIMES = `import os, sqlite3, struct, sys

NEWEST = int(os.environ["SOURCE_DATE_EPOCH"])
TIMES = (1008, 1128)
os.chroot(os.environ["GILD_ROOT"])
os.chdir("/")


def settled(blob):
    header = bytearray(blob)
    entries, _ = struct.unpack_from(">II", header)
    for index in range(entries):
        tag, _, offset, _ = struct.unpack_from(">IIiI", header, 8 + 16 * index)
        place = 8 + 16 * entries + offset
        if tag in TIMES and struct.unpack_from(">I", header, place)[0] > NEWEST:
            struct.pack_into(">I", header, place, NEWEST)
    return bytes(header)


def settle(path):
    database = sqlite3.connect(path)
    database.execute("PRAGMA temp_store=MEMORY")
    headers = [(settled(blob), number, blob) for number, blob in database.execute("SELECT hnum, blob FROM Packages ORDER BY hnum")]
    changed = [(new, number) for new, number, old in headers if new != old]
    if changed:
        database.executemany("UPDATE Packages SET blob = ? WHERE hnum = ?", changed)
        key = struct.pack("=I", NEWEST)
        database.executemany("UPDATE Installtid SET key = ? WHERE hnum = ?", [(key, number) for _, number in changed])
        database.commit()
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


for path in ("usr/lib/sysimage/rpm/rpmdb.sqlite", "var/lib/rpm/rpmdb.sqlite"):
    if os.path.isfile(path) and not os.path.islink(os.path.dirname(path)):
        settle(path)
`;

/** Makes no package of a layer newer than the layer, in its package database. */
export const settleInstallTimes = async (work: StepWork, tree: LayerTree): Promise<void> => {
  const argv = ['python3', '-I', '-c', INSTALL_TIMES];
  const { exitCode, output } = await runStep(work, { ...tree, lower: [] }, { argv, root: 'host' });
  if (exitCode !== 0) throw stepFailure('Dating the package database', exitCode, output);
};
