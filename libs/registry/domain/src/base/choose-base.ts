import { violation, type Violation } from '@gild/contracts';
import semver from 'semver';
import { nearestNames } from '../taskservs/nearest-names.js';

/** A finished version of the image that is to be started from. */
export type BaseCandidate = {
  version: string;
  arches: readonly string[];
  /** Only a `published` one is started from. */
  state: string;
  baseOs: string;
  osVersion: string;
  /** Whether its layers were stored, for every architecture that is wanted. */
  hasLayers: boolean;
};

export type BaseQuestion = {
  wanted: { name: string; version: string };
  /** What is to be built on it, all on the same version. */
  arches: readonly string[];
  baseOs: string;
  osVersion: string;
  /** Versions of the image, in any order; undefined: there is no such image. */
  candidates: readonly BaseCandidate[] | undefined;
  /** Names of all images, for whoever mistyped one. */
  images: readonly string[];
};

export type BaseChoice = { ok: true; version: string } | { ok: false; violations: readonly Violation[] };

/**
 * The newest published version within the range that has every architecture, or what stands against it. A release that does not
 * fit is a violation and not a reason to take an older version: an image never falls back on old bytes silently.
 */
export const chooseBase = (question: BaseQuestion): BaseChoice => {
  const { wanted, arches, candidates } = question;
  if (candidates === undefined) return refused(unknownImage(question));
  const fitting = candidates.filter(
    ({ state, version }) => state === 'published' && semver.satisfies(version, wanted.version),
  );
  if (fitting.length === 0) return refused(noneFits(wanted, candidates));
  const [newest] = newestFirst(fitting.filter((it) => arches.every((arch) => it.arches.includes(arch))));
  if (newest === undefined) return refused(otherArches(question, fitting));
  const violations = [...otherRelease(question, newest), ...withoutLayers(wanted.name, newest)];
  return violations.length > 0 ? { ok: false, violations } : { ok: true, version: newest.version };
};

const LISTED = 10;

const refused = (...violations: Violation[]): BaseChoice => ({ ok: false, violations });

const newestFirst = (candidates: readonly BaseCandidate[]): readonly BaseCandidate[] =>
  candidates.toSorted((a, b) => semver.compareBuild(b.version, a.version));

const unknownImage = ({ wanted: { name }, images }: BaseQuestion): Violation => {
  const near = nearestNames(name, images);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}?` : '`gild images` lists them';
  return violation({
    path: ['base_image', 'name'],
    expected: 'an image of this registry',
    found: name,
    hint,
  });
};

const noneFits = ({ name, version }: BaseQuestion['wanted'], all: readonly BaseCandidate[]): Violation => {
  const listed = newestFirst(all)
    .slice(0, LISTED)
    .map((it) => (it.state === 'published' ? it.version : `${it.version} (${it.state})`));
  const more = all.length > LISTED ? ` and ${String(all.length - LISTED)} older ones` : '';
  const expected = all.length === 0 ? 'a published version' : `a range with a published version`;
  const hint = all.length === 0 ? `${name} has none yet` : `${name} has ${listed.join(', ')}${more}`;
  return violation({ path: ['base_image', 'version'], expected, found: version, hint });
};

const otherArches = ({ wanted, arches }: BaseQuestion, fitting: readonly BaseCandidate[]): Violation => {
  const has = newestFirst(fitting).slice(0, LISTED);
  return violation({
    path: ['base_image', 'version'],
    expected: `a version for ${arches.join(' and ')}`,
    found: wanted.version,
    hint: `within it ${wanted.name} has ${has.map((it) => `${it.version} for ${it.arches.join(' and ')}`).join(', ')}`,
  });
};

const otherRelease = ({ wanted, baseOs, osVersion }: BaseQuestion, base: BaseCandidate): Violation[] => {
  if (base.baseOs === baseOs && base.osVersion === osVersion) return [];
  return [
    violation({
      path: [base.baseOs === baseOs ? 'os_version' : 'base_os'],
      expected: `${base.baseOs} ${base.osVersion}, which ${wanted.name} ${base.version} is`,
      found: `${baseOs} ${osVersion}`,
    }),
  ];
};

const withoutLayers = (name: string, { version, hasLayers }: BaseCandidate): Violation[] =>
  hasLayers
    ? []
    : [
        violation({
          path: ['base_image', 'version'],
          expected: 'a version whose layers are stored',
          found: version,
          hint: `${name} ${version} was built before images could be started from; rebuild it`,
        }),
      ];
