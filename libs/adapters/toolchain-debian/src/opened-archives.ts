import type { Target } from '@gild/contracts';
import { readableFolder, wholeOutput } from '@gild/layer-steps';
import { digestPlainFile, hostArch } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import type { PackageArchive } from './archives.js';
import type { Work } from './toolchain-options.js';

/** Archives in a folder. */
export type Archives = { folder: string; archives: readonly PackageArchive[] };

/**
 * Writes each archive again with its members as they are, uncompressed. A member is its name, a time and owners that nobody
 * reads, its mode, its size and its content, which is of an even length: so is every tar archive.
 */
const OPEN = `set -eu
member() {
  printf '%-16s%-12s%-6s%-6s%-8s%-10s\`\\n' "$1" 0 0 0 100644 "$(stat -c %s "$2")"
  cat "$2"
}
cd /run/gild-opened
echo 2.0 >version
for deb; do
  echo "$deb"
  dpkg-deb --ctrl-tarfile "/run/gild-archives/$deb" >control
  dpkg-deb --fsys-tarfile "/run/gild-archives/$deb" >data
  { echo '!<arch>'; member debian-binary version; member control.tar control; member data.tar data; } >"$deb"
done
rm version control data
`;

const digested = async (folder: string, archive: PackageArchive, signal: AbortSignal) => {
  const found = await digestPlainFile(folder, archive.file, signal);
  if (found === undefined)
    throw new Fault('PACKAGE_FAILED', `${archive.file} is no file after it was uncompressed.`);
  return { ...archive, ...found };
};

/**
 * The archives for an image's own dpkg. An emulated one takes five times as long to uncompress as the host's: it gets
 * them uncompressed, in `folder`, with digests of their own. Made from archives that bear the digests of the plan.
 */
export const openedArchives = async (
  { options, context }: Work,
  { arch, folder }: Pick<Target, 'arch'> & { folder: string },
  from: Archives,
): Promise<Archives> => {
  if (arch === hostArch() || from.archives.length === 0) return from;
  await readableFolder(folder);
  const output = wholeOutput('dpkg-deb');
  const { exitCode } = await options.sandbox.run({
    argv: ['sh', '-c', OPEN, 'open', ...from.archives.map(({ file }) => file)],
    lower: [],
    root: 'host',
    binds: [
      { source: from.folder, target: '/run/gild-archives', readOnly: true },
      { source: folder, target: '/run/gild-opened' },
    ],
    env: {},
    network: false,
    onOutput: output.add,
    idleLimitMs: context.idleLimitMs,
    signal: context.signal,
  });
  if (exitCode !== 0)
    throw new Fault(
      'PACKAGE_FAILED',
      `A package cannot be uncompressed, the last of: ${output.text().trim()}`,
    );
  const archives: PackageArchive[] = [];
  for (const archive of from.archives) archives.push(await digested(folder, archive, context.signal));
  return { folder, archives };
};
