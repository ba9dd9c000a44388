import type { InstalledPackage } from '@gild/contracts';
import { openPlainFile } from '@gild/node-runtime';
import { Fault } from '@gild/ports';
import { parseStanzas, type Stanza } from './stanzas.js';

/** `Source: glibc (2.36-9)`: the version is named where it is not the package's. */
const SOURCE = /^(\S+)(?:\s+\((\S+)\))?/;

type Source = Pick<InstalledPackage, 'source' | 'sourceVersion'>;

const sourceOf = (field: string, name: string, version: string): Source => {
  const [, source = name, sourceVersion = version] = SOURCE.exec(field) ?? [];
  return { source, ...(sourceVersion !== version && { sourceVersion }) };
};

const installedPackage = (stanza: Stanza): InstalledPackage => {
  const { Package: name = '', Version: version = '', Architecture: arch = '' } = stanza;
  return { name, version, arch, ...sourceOf(stanza.Source ?? '', name, version) };
};

/** Installed packages of a dpkg status file, sorted by name. */
export const parseInstalled = (status: string): InstalledPackage[] =>
  parseStanzas(status)
    .filter((stanza) => stanza.Status?.endsWith(' installed'))
    .map(installedPackage)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.arch < b.arch ? -1 : 1));

const DATABASE = 'var/lib/dpkg/status';
/** Of a system with every package of Debian it would take less. */
const MOST_BYTES = 256 * 2 ** 20;

const unreadable = (reason: string): Fault =>
  new Fault('PACKAGE_FAILED', `The image's package database, /${DATABASE}, ${reason}.`);

/**
 * The text of a layer's package database; undefined when the layer has none. Scripts of the image may have put anything in
 * its place, so links are not followed and only a file is read.
 */
export const packageDatabase = async (layer: string): Promise<string | undefined> => {
  const file = await openPlainFile(layer, DATABASE);
  if (file === 'absent') return undefined;
  if (file === 'refused') throw unreadable('is not a file in folders of the image that can be read');
  try {
    const { size } = await file.stat();
    if (size > MOST_BYTES) throw unreadable(`is larger than ${MOST_BYTES} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
};

/** The text of a tree's package database, empty without one: the highest layer that touched it has all of it. */
export const packageStatus = async (lower: readonly string[]): Promise<string> => {
  for (const layer of lower.toReversed()) {
    const status = await packageDatabase(layer);
    if (status !== undefined) return status;
  }
  return '';
};

export const installedPackages = async (lower: readonly string[]): Promise<readonly InstalledPackage[]> =>
  parseInstalled(await packageStatus(lower));
