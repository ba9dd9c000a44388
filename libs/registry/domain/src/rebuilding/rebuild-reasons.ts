import type { BuildInputs, VersionName } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';
import semver from 'semver';
import type { VersionStanding } from '../life/life-state.js';

/**
 * Why a build made now would be another one. `byItself`: an image that asks for that is built again because of it. `onRecord`: it follows
 * from the log, not from the catalogue and the release that there are. `of`: the version that was published, or withdrawn.
 */
export type RebuildReason = {
  text: string;
  byItself: boolean;
  onRecord: boolean;
  of?: { what: 'published' | 'withdrawn'; version: VersionName };
};

export type RebuildQuestion = {
  /** What a version was built from, and what a build made now would be built from, for one architecture. */
  before: BuildInputs;
  now: BuildInputs;
  /** Where the version stands that it was started from. */
  baseStanding: VersionStanding;
};

/** What differs, as sentences; empty when nothing does. Both definitions are of the same form. */
export const rebuildReasons = (question: RebuildQuestion): readonly RebuildReason[] => [
  ...baseReasons(question).map((reason) => ({ ...reason, byItself: true, onRecord: true })),
  ...taskservReasons(question).map((text) => ({ text, byItself: true, onRecord: false })),
  ...(isRedefined(question) ? [{ text: 'its definition changed', byItself: false, onRecord: true }] : []),
  ...(isBuiltOtherwise(question)
    ? [{ text: 'this release of Gild builds it otherwise', byItself: false, onRecord: false }]
    : []),
];

const baseReasons = ({ before, now, baseStanding }: RebuildQuestion): BaseReason[] => {
  const [was, is] = [before.base, now.base];
  if (was === undefined || is === undefined || was.imageName !== is.imageName) return [];
  if (was.version === is.version) return [];
  const next = `${is.imageName}@${is.version}`;
  if (baseStanding !== 'published')
    return [
      {
        text: `its base ${was.imageName}@${was.version} was ${baseStanding}; ${next} fits`,
        of: { what: 'withdrawn', version: nameOf(was) },
      },
    ];
  return semver.gt(is.version, was.version)
    ? [
        {
          text: `base ${next} is newer than ${was.version}, which it is built on`,
          of: { what: 'published', version: nameOf(is) },
        },
      ]
    : [{ text: `base ${next} is what fits, and it is built on ${was.version}` }];
};

type BaseReason = Pick<RebuildReason, 'text' | 'of'>;

const nameOf = ({ imageName, version }: VersionName): VersionName => ({ imageName, version });

const taskservReasons = (question: RebuildQuestion): string[] => {
  const [was, is] = [textsByName(question.before), textsByName(question.now)];
  const changed = [...is].filter(([name, text]) => was.has(name) && was.get(name) !== text);
  // Where the definition changed, that is why other ones are installed.
  const [added, dropped] = isRedefined(question) ? [[], []] : [missingIn(was, is), missingIn(is, was)];
  return [
    ...changed.map(([name]) => `${name} changed`),
    ...added.map((name) => `${name} is installed as well now`),
    ...dropped.map((name) => `${name} is not installed any more`),
  ].map((what) => `taskserv ${what}`);
};

const textsByName = ({ taskservs }: BuildInputs): ReadonlyMap<string, string> =>
  new Map(taskservs.map((taskserv) => [taskserv.name, canonicalJson(taskserv)]));

const missingIn = (some: ReadonlyMap<string, string>, all: ReadonlyMap<string, string>): string[] =>
  [...all.keys()].filter((name) => !some.has(name));

const isRedefined = ({ before, now }: RebuildQuestion): boolean =>
  canonicalJson(before.definition) !== canonicalJson(now.definition);

const isBuiltOtherwise = ({ before, now }: RebuildQuestion): boolean => before.engine !== now.engine;
