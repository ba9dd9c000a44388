import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive, Release } from './releases.js';
import { parseStanzas } from './stanzas.js';

export type Mirrors = Readonly<Record<Archive, string>>;

type Entry = { uri: string; suite: string; components: readonly string[] };

const words = (text: string | undefined) => (text ?? '').split(/\s+/).filter(Boolean);

/** Entries of a one-line-per-source file; options in brackets are skipped. */
const fromList = (text: string): Entry[] =>
  text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    return match ? [{ uri: match[1] ?? '', suite: match[2] ?? '', components: words(match[3]) }] : [];
  });

const fromSources = (text: string): Entry[] =>
  parseStanzas(text)
    .filter((stanza) => words(stanza.Types).includes('deb') && stanza.Enabled?.toLowerCase() !== 'no')
    .flatMap((stanza) =>
      words(stanza.URIs).flatMap((uri) =>
        words(stanza.Suites).map((suite) => ({ uri, suite, components: words(stanza.Components) })),
      ),
    );

/** Where the given apt sources fetch the release's own suites from; an archive they do not name has the default. */
export const mirrorsFrom = (files: readonly { name: string; text: string }[], release: Release): Mirrors => {
  const entries = files.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? fromSources(text) : fromList(text),
  );
  const of = (archive: Archive): string => {
    const suites = release.suites.filter((suite) => suite.archive === archive).map((suite) => suite.suite);
    const found = entries.find((entry) => suites.includes(entry.suite) && entry.components.includes('main'));
    return (found?.uri ?? release.mirrors[archive]).replace(/\/+$/, '');
  };
  return { main: of('main'), security: of('security') };
};

const readAll = async (folder: string) => {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => /\.(list|sources)$/.test(name))
    .sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
};

/** The mirrors the host itself uses, when it runs the same release. */
export const hostMirrors = async (release: Release, etc = '/etc/apt'): Promise<Mirrors> => {
  const list = await readFile(join(etc, 'sources.list'), 'utf8').catch(() => '');
  return mirrorsFrom(
    [{ name: 'sources.list', text: list }, ...(await readAll(join(etc, 'sources.list.d')))],
    release,
  );
};
