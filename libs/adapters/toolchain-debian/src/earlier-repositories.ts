import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ExtraRepository } from '@gild/contracts';
import { repositoryKeyPath } from './apt-settings.js';
import { parseStanzas } from './stanzas.js';

const readRepository = async (layer: string, file: string): Promise<ExtraRepository[]> => {
  const name = basename(file, '.sources');
  const stanza = parseStanzas(await readFile(join(layer, 'etc/apt/sources.list.d', file), 'utf8'))[0] ?? {};
  if (stanza['Signed-By'] !== repositoryKeyPath(name)) return [];
  const key = await readFile(join(layer, repositoryKeyPath(name)), 'utf8');
  const components = (stanza.Components ?? '').split(/\s+/).filter(Boolean);
  return [{ name, uri: stanza.URIs ?? '', suite: stanza.Suites ?? '', components, key }];
};

/** Extra repositories that the layers below added: their packages may be wanted by this one. */
export const earlierRepositories = async (lower: readonly string[]): Promise<ExtraRepository[]> => {
  const found: ExtraRepository[] = [];
  for (const layer of lower) {
    const files = await readdir(join(layer, 'etc/apt/sources.list.d')).catch(() => []);
    for (const file of files.filter((each) => each.endsWith('.sources')).sort()) {
      found.push(...(await readRepository(layer, file)));
    }
  }
  return found;
};
