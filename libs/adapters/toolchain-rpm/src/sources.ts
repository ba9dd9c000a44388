import { readFile } from 'node:fs/promises';
import type { ExtraRepository, Target } from '@gild/contracts';
import { Fault, toldMirror, type ToldMirrors } from '@gild/ports';
import { archOf, releaseOf } from './releases.js';

/** A repository as dnf is told of it. */
export type Source = { id: string } & ({ baseurl: string } | { metalink: string });

const noMirror = ({ distribution, release }: Target): Fault =>
  new Fault(
    'MIRROR_UNREACHABLE',
    `Packages of ${distribution} ${release} come from no public mirror. Tell the agent one of yours: mirrors in its agent.yaml.`,
  );

/** The release's own repositories: on the told mirror, else where the distribution says. */
export const ownSources = (target: Target, told?: ToldMirrors): Source[] => {
  const { main } = toldMirror(target, told);
  const { packageArch } = archOf(target);
  return releaseOf(target).repositories.map(({ name, path, metalink }): Source => {
    const filled = (text: string) => text.replaceAll('$arch', packageArch);
    if (main !== undefined) return { id: name, baseurl: `${main.replace(/\/+$/, '')}/${filled(path)}/` };
    if (metalink === undefined) throw noMirror(target);
    return { id: name, metalink: filled(metalink) };
  });
};

/** Where an extra repository lies; a suite of `./` is its address itself. */
export const addressOf = ({ uri, suite }: ExtraRepository): string =>
  new URL(suite, `${uri.replace(/\/+$/, '')}/`).href;

/** No name of an extra repository is one of a distribution's own. */
export const extraSource = (repository: ExtraRepository): Source => ({
  id: `extra-${repository.name}`,
  baseurl: addressOf(repository),
});

/** The armoured key a release's own packages are signed with. Fault: KEYRING_MISSING when Gild has none and is told none. */
export const ownKey = async (target: Target, told?: ToldMirrors): Promise<string> => {
  const { key } = toldMirror(target, told);
  if (key !== undefined) return key;
  const { key: shipped, distribution } = releaseOf(target);
  if (shipped !== undefined) return readFile(new URL(`../assets/keys/${shipped}`, import.meta.url), 'utf8');
  throw new Fault(
    'KEYRING_MISSING',
    `The key that packages of ${distribution} are signed with is needed to check them. Name its file beside the mirror in agent.yaml.`,
  );
};

/** Where an image keeps the key of an extra repository. */
export const repositoryKeyPath = (name: string): string => `/etc/pki/rpm-gpg/${name}.asc`;

/** The file that tells an image of an extra repository. */
export const repositoryText = (repository: ExtraRepository): string =>
  [
    `[${repository.name}]`,
    `name=${repository.name}`,
    `baseurl=${addressOf(repository)}`,
    'enabled=1',
    'gpgcheck=1',
    `gpgkey=file://${repositoryKeyPath(repository.name)}`,
    '',
  ].join('\n');
