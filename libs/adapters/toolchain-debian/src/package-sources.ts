import type { AptArchive, AptMirrors, AptRelease, ExtraRepository, Target } from '@gild/contracts';
import { toldMirror, type ToldMirror, type ToldMirrors } from '@gild/ports';
import { extraSource, releaseSources } from './apt-settings.js';
import { requireHostKeys, shippedKeys } from './keyring.js';
import { mirrorsOf } from './mirrors.js';
import { releaseOf } from './releases.js';
import type { Pinned } from './untrusted.js';

/** What an apt reads from: a file of sources, its keys by the names of their files, and who signs which address. */
export type PackageSource = {
  name: string;
  text: string;
  keys: Readonly<Record<string, string>>;
  pinned: readonly Pinned[];
};

const keyPath = (name: string): string => `/run/apt/settings/keys/${name}.asc`;

/** No repository of a recipe has a dot in its name. */
const TOLD_KEY = 'told.mirror';

const ARCHIVES: readonly AptArchive[] = ['main', 'security'];

/** The told key is for the archives that are told; the distribution itself signs the others. */
const ownSource = async (target: Target, mirrors: ToldMirrors | undefined): Promise<PackageSource> => {
  const release = releaseOf(target);
  const told = toldMirror(target, mirrors);
  const shipped = await shippedKeys(release);
  const own = shipped === undefined ? release.keyring.path : keyPath('release');
  const keyringOf = (archive: AptArchive) =>
    told.key !== undefined && told[archive] !== undefined ? keyPath(TOLD_KEY) : own;
  const keyrings = { main: keyringOf('main'), security: keyringOf('security') };
  if (Object.values(keyrings).includes(release.keyring.path)) await requireHostKeys(release);
  const uris = await mirrorsOf(target, mirrors);
  return {
    name: 'release',
    text: releaseSources(target, uris, keyrings),
    keys: {
      ...(shipped === undefined ? {} : { release: shipped }),
      ...(told.key === undefined ? {} : { [TOLD_KEY]: told.key }),
    },
    pinned: ARCHIVES.map((archive) => pinOf(release, archive, { told, uris, keyrings })),
  };
};

const pinOf = (
  { distribution, version }: AptRelease,
  archive: AptArchive,
  { told, uris, keyrings }: { told: ToldMirror; uris: AptMirrors; keyrings: AptMirrors },
): Pinned => {
  const isTold = keyrings[archive] === keyPath(TOLD_KEY);
  const row = `the row of ${distribution} ${version} under \`mirrors\` in agent.yaml`;
  return {
    uri: uris[archive],
    keyring: keyrings[archive],
    whose: isTold ? `the key told in ${row}` : `a key of ${distribution} itself`,
    remedy:
      told[archive] === undefined
        ? `The address is not one that was told: mend it in the host's apt sources, or tell another one and its \`key\` in ${row}.`
        : `If you trust who signs there, have it sign its indexes and tell its key as \`key\` in ${row}; else tell another mirror.`,
  };
};

const extra = (repository: ExtraRepository): PackageSource => {
  const { name, uri, key } = repository;
  const keyring = keyPath(name);
  return {
    name,
    text: extraSource(repository, keyring),
    keys: { [name]: key },
    pinned: [
      {
        ...{ uri, keyring, whose: `the key that repository ${name} of its taskserv has` },
        remedy: `If you trust who signs there, have it sign its indexes and put its key into the taskserv; else take the repository out.`,
      },
    ],
  };
};

/** The distribution's own repositories, and those that recipes add. */
export const sourcesOf = async (
  mirrors: ToldMirrors | undefined,
  target: Target,
  repositories: readonly ExtraRepository[],
): Promise<PackageSource[]> => [await ownSource(target, mirrors), ...repositories.map(extra)];
