import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstalledPackage } from '@gild/contracts';
import { parseStanzas } from './stanzas.js';

/** Installed packages of a dpkg status file, sorted by name. A source without a version of its own shares the package's. */
export const parseInstalled = (status: string): InstalledPackage[] =>
  parseStanzas(status)
    .filter((stanza) => stanza.Status?.endsWith(' installed'))
    .map((stanza) => ({
      name: stanza.Package ?? '',
      version: stanza.Version ?? '',
      arch: stanza.Architecture ?? '',
      source: (stanza.Source ?? stanza.Package ?? '').split(' ')[0] ?? '',
    }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.arch < b.arch ? -1 : 1));

/** The highest layer that touched the package database has all of it. */
export const installedPackages = async (lower: readonly string[]): Promise<readonly InstalledPackage[]> => {
  for (const layer of lower.toReversed()) {
    const status = await readFile(join(layer, 'var/lib/dpkg/status'), 'utf8').catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
        throw error;
      },
    );
    if (status !== undefined) return parseInstalled(status);
  }
  return [];
};
