import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch, AptArchive, AptMirrors, AptRelease, Target } from '@gild/contracts';
import { toldMirror, type ToldMirrors } from '@gild/ports';
import { APT_RELEASES, defaultMirrors, releaseOf } from './releases.js';
import { parseStanzas } from './stanzas.js';

const HOST_ARCH: Arch = process.arch === 'arm64' ? 'aarch64' : 'x86_64';

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

/** Where a target's packages are by default, and for which architecture a host fetches its own. */
type Places = { defaults: AptMirrors; hostArch: Arch };

/**
 * Suites of the releases of a distribution that a host fetches from where the target is kept; the release's own come first. What
 * is kept elsewhere for the host's architecture is not there for another one.
 */
const suitesBeside = (
  release: AptRelease,
  archive: AptArchive,
  { defaults, hostArch }: Places,
): readonly (readonly string[])[] => {
  const suitesOf = (row: AptRelease) =>
    (row.arches[hostArch]?.mirrors ?? row.mirrors)[archive] === defaults[archive]
      ? row.suites.filter((one) => one.archive === archive).map(suiteName)
      : [];
  const others = APT_RELEASES.filter((row) => row.distribution === release.distribution);
  return [suitesOf(release), release.archived ? [] : others.flatMap(suitesOf)];
};

const suiteName = ({ suite }: AptRelease['suites'][number]): string => suite;

/**
 * Where the given apt sources fetch the release's own suites from, or else those of another release of its distribution,
 * which mirrors keep beside it; an archive they do not name has the default. Of an archived release a mirror has its own
 * suites or nothing.
 */
export const mirrorsFrom = (
  files: readonly { name: string; text: string }[],
  release: AptRelease,
  places: Places = { defaults: release.mirrors, hostArch: HOST_ARCH },
): AptMirrors => {
  const entries = files.flatMap(({ name, text }) =>
    name.endsWith('.sources') ? fromSources(text) : fromList(text),
  );
  const of = (archive: AptArchive): string => {
    const found = suitesBeside(release, archive, places)
      .map((suites) => entries.find((one) => suites.includes(one.suite) && one.components.includes('main')))
      .find((entry) => entry !== undefined);
    return (found?.uri ?? places.defaults[archive]).replace(/\/+$/, '');
  };
  return { main: of('main'), security: of('security') };
};

const readAll = async (folder: string) => {
  const names = (await readdir(folder).catch(() => []))
    .filter((name) => /\.(list|sources)$/.test(name))
    .sort();
  return Promise.all(names.map(async (name) => ({ name, text: await readFile(join(folder, name), 'utf8') })));
};

/** The mirrors the host itself uses, when it runs a release of the distribution. */
export const hostMirrors = async (target: Target, etc = '/etc/apt'): Promise<AptMirrors> => {
  const list = await readFile(join(etc, 'sources.list'), 'utf8').catch(() => '');
  const files = [{ name: 'sources.list', text: list }, ...(await readAll(join(etc, 'sources.list.d')))];
  return mirrorsFrom(files, releaseOf(target), { defaults: defaultMirrors(target), hostArch: HOST_ARCH });
};

/** Where to fetch from: as the agent is told for the release or its distribution, else where the host itself does. */
export const mirrorsOf = async (target: Target, told?: ToldMirrors): Promise<AptMirrors> => {
  const { main, security } = toldMirror(target, told);
  const usual = await hostMirrors(target);
  return { main: main ?? usual.main, security: security ?? usual.security };
};
