import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResolvedPackage } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { archiveName } from './archive-name.js';
import type { AptWorkspace } from './apt-workspace.js';
import { parseStanzas } from './stanzas.js';

/** On the disk before it has its name: what is read later is not compared with a digest. */
const READ_CONTROL = `cd /run/apt/archives
for deb; do
  part=$(mktemp "$deb.XXXXXX") && dpkg-deb --field "$deb" >"$part" && sync "$part" && mv "$part" "$deb.control" || exit 1
done`;

const controlPath = (folder: string, wanted: ResolvedPackage): string =>
  join(folder, `${archiveName(wanted)}.control`);

/** The control file of that very package, or undefined when what is kept is no such thing. */
const keptControl = async (folder: string, wanted: ResolvedPackage): Promise<string | undefined> => {
  const text = await readFile(controlPath(folder, wanted), 'utf8').catch(() => '');
  const { Package, Version, Architecture } = parseStanzas(text)[0] ?? {};
  const { name, version, arch } = wanted;
  return Package === name && Version === version && Architecture === arch ? text : undefined;
};

/** The control files of packages in the store, each taken from its archive once. */
export const readControls = async (
  apt: AptWorkspace,
  wanted: readonly ResolvedPackage[],
): Promise<ReadonlyMap<ResolvedPackage, string>> => {
  const found = new Map<ResolvedPackage, string>();
  const read = async (packages: readonly ResolvedPackage[]): Promise<readonly ResolvedPackage[]> => {
    const texts = await Promise.all(packages.map((one) => keptControl(apt.archives, one)));
    return packages.filter((one, index) => {
      const text = texts[index];
      if (text !== undefined) found.set(one, text);
      return text === undefined;
    });
  };
  const missing = await read(wanted);
  if (missing.length === 0) return found;
  const { exitCode, output } = await apt.run(['sh', '-c', READ_CONTROL, 'sh', ...missing.map(archiveName)]);
  const [unread] = exitCode === 0 ? await read(missing) : missing;
  if (unread)
    throw new Fault(
      'PACKAGE_FAILED',
      `A package's control file cannot be read, of ${unread.name} or one after it: ${output.trim()}`,
    );
  return found;
};
