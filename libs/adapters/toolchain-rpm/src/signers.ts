import type { ExtraRepository, Target } from '@gild/contracts';
import { withoutUserinfo } from '@gild/layer-steps';
import { toldMirror, type ToldMirrors } from '@gild/ports';
import { releaseOf } from './releases.js';
import { addressOf, extraSource, ownKey, ownSources, type Source } from './sources.js';

/** Who signs the packages of some repositories, for people where a package is not signed so. */
export type Signer = {
  /** Repositories by what dnf calls them, with where they are. */
  places: ReadonlyMap<string, string>;
  /** Armoured. */
  key: string;
  whose: string;
  remedy: string;
};

const placeOf = (source: Source, { distribution }: Target): [string, string] => [
  source.id,
  'baseurl' in source ? withoutUserinfo(source.baseurl) : `the mirrors that ${distribution} names`,
];

const ownSigner = async (target: Target, mirrors: ToldMirrors | undefined): Promise<Signer> => {
  const told = toldMirror(target, mirrors);
  const release = `${target.distribution} ${releaseOf(target).version}`;
  const row = `the row of ${release} under \`mirrors\` in agent.yaml`;
  return {
    places: new Map(ownSources(target, mirrors).map((source) => placeOf(source, target))),
    key: await ownKey(target, mirrors),
    whose: told.key === undefined ? `the key of ${release} itself` : `the key told in ${row}`,
    remedy:
      told.main === undefined
        ? `Tell a mirror of your own as \`main\` in ${row}, with its \`key\` where its packages are signed with another one.`
        : `If you trust who made the package, have it signed and tell the key as \`key\` in ${row}; else tell another mirror.`,
  };
};

const extraSigner = (repository: ExtraRepository): Signer => ({
  places: new Map([[extraSource(repository).id, withoutUserinfo(addressOf(repository))]]),
  key: repository.key,
  whose: `the key that repository ${repository.name} of its taskserv has`,
  remedy:
    'If you trust who made the package, have it signed and put the key into the taskserv; else take the repository out.',
});

/** Of the distribution's own repositories, and of those that recipes add. */
export const signersOf = async (
  target: Target,
  mirrors: ToldMirrors | undefined,
  repositories: readonly ExtraRepository[],
): Promise<readonly Signer[]> => [await ownSigner(target, mirrors), ...repositories.map(extraSigner)];
