import fc from 'fast-check';
import semver from 'semver';
import { chooseBase, type BaseCandidate, type BaseQuestion } from './choose-base.js';

const candidate = (version: string, rest: Partial<BaseCandidate> = {}): BaseCandidate => ({
  version,
  arches: ['x86_64'],
  state: 'published',
  baseOs: 'debian',
  osVersion: '12',
  hasLayers: true,
  ...rest,
});
const ask = (range: string, candidates: BaseQuestion['candidates'], rest: Partial<BaseQuestion> = {}) =>
  chooseBase({
    wanted: { name: 'web', version: range },
    arches: ['x86_64'],
    baseOs: 'debian',
    osVersion: '12',
    candidates,
    images: ['web', 'db'],
    ...rest,
  });
const refusal = (choice: ReturnType<typeof ask>) =>
  choice.ok ? [] : choice.violations.map(({ message }) => message);

it('takes the newest version within the range, in whatever order they come', () => {
  const all = ['1.0.0', '2.0.0', '1.10.0', '1.9.3'].map((version) => candidate(version));
  expect(ask('^1', all)).toStrictEqual({ ok: true, version: '1.10.0' });
  expect(ask('1.0.0', all)).toStrictEqual({ ok: true, version: '1.0.0' });
  expect(ask('*', all)).toStrictEqual({ ok: true, version: '2.0.0' });
});

it('takes a version before its release only when the range names one', () => {
  const all = [candidate('1.0.0'), candidate('1.1.0-rc.1')];
  expect(ask('^1', all)).toStrictEqual({ ok: true, version: '1.0.0' });
  expect(ask('>=1.1.0-rc.1', all)).toStrictEqual({ ok: true, version: '1.1.0-rc.1' });
});

it.each(['building', 'deprecated', 'revoked', 'deleted'])('passes over a version that is %s', (state) => {
  expect(ask('^1', [candidate('1.0.0'), candidate('1.1.0', { state })])).toStrictEqual({
    ok: true,
    version: '1.0.0',
  });
  expect(refusal(ask('^1', [candidate('1.1.0', { state })]))).toStrictEqual([
    `base_image.version: expected a range with a published version, found ^1; web has 1.1.0 (${state})`,
  ]);
});

it('names the versions there are when none is within the range', () => {
  expect(refusal(ask('^3', [candidate('1.0.0'), candidate('2.0.0')]))).toStrictEqual([
    'base_image.version: expected a range with a published version, found ^3; web has 2.0.0, 1.0.0',
  ]);
  expect(refusal(ask('^3', []))).toStrictEqual([
    'base_image.version: expected a published version, found ^3; web has none yet',
  ]);
  const many = Array.from({ length: 12 }, (_, n) => candidate(`1.0.${n}`));
  expect(refusal(ask('^3', many))[0]).toMatch(/web has 1\.0\.11, .*1\.0\.2 and 2 older ones$/);
});

it('names the images that may be meant by an unknown one', () => {
  expect(refusal(ask('^1', undefined, { wanted: { name: 'wep', version: '^1' } }))).toStrictEqual([
    'base_image.name: expected an image of this registry, found wep; did you mean web?',
  ]);
  expect(refusal(ask('^1', undefined, { wanted: { name: 'something', version: '^1' } }))).toStrictEqual([
    'base_image.name: expected an image of this registry, found something; `gild images` lists them',
  ]);
});

it('takes the newest that has the architecture, and says which there are when none has', () => {
  const all = [candidate('1.0.0'), candidate('1.0.1', { arches: ['aarch64'] })];
  expect(ask('^1', all)).toStrictEqual({ ok: true, version: '1.0.0' });
  expect(refusal(ask('1.0.1', all))).toStrictEqual([
    'base_image.version: expected a version for x86_64, found 1.0.1; within it web has 1.0.1 for aarch64',
  ]);
});

it('takes for several architectures the newest that has them all', () => {
  const both = { arches: ['x86_64', 'aarch64'] };
  const all = [candidate('1.0.0', both), candidate('1.0.1'), candidate('1.0.2', { arches: ['aarch64'] })];
  expect(ask('^1', all, both)).toStrictEqual({ ok: true, version: '1.0.0' });
  expect(refusal(ask('>1.0.0', all, both))).toStrictEqual([
    'base_image.version: expected a version for x86_64 and aarch64, found >1.0.0; within it web has 1.0.2 for aarch64, 1.0.1 for x86_64',
  ]);
});

it('does not fall back on an older version when the newest is of another release', () => {
  const all = [candidate('1.0.0'), candidate('1.1.0', { osVersion: '13' })];
  expect(refusal(ask('^1', all))).toStrictEqual([
    'os_version: expected debian 13, which web 1.1.0 is, found debian 12',
  ]);
  expect(refusal(ask('^1', [candidate('1.0.0', { baseOs: 'ubuntu', osVersion: '22.04' })]))).toStrictEqual([
    'base_os: expected ubuntu 22.04, which web 1.0.0 is, found debian 12',
  ]);
});

it('refuses a version whose layers were never stored, beside what else is wrong with it', () => {
  expect(refusal(ask('^1', [candidate('1.0.0', { hasLayers: false, osVersion: '13' })]))).toStrictEqual([
    'os_version: expected debian 13, which web 1.0.0 is, found debian 12',
    'base_image.version: expected a version whose layers are stored, found 1.0.0; web 1.0.0 was built before images could be started from; rebuild it',
  ]);
});

describe('of any versions', () => {
  const part = fc.nat(3);
  const versions = fc.tuple(part, part, part).map((parts) => parts.join('.'));
  const candidates = fc.uniqueArray(
    fc.record({
      version: versions,
      arches: fc.subarray(['x86_64', 'aarch64'], { minLength: 1 }),
      state: fc.constantFrom('published', 'published', 'deprecated', 'revoked'),
    }),
    { selector: ({ version }) => version, maxLength: 8 },
  );
  const ranges = fc.oneof(
    versions,
    versions.map((version) => `^${version}`),
    versions.map((version) => `~${version}`),
    versions.map((version) => `>=${version} <3`),
  );

  const questions = fc.subarray(['x86_64', 'aarch64'], { minLength: 1 });

  it('takes one exactly when one may be taken, and then none that may be is newer', () => {
    fc.assert(
      fc.property(candidates, ranges, questions, (some, range, wanted) => {
        const all = some.map(({ version, ...rest }) => candidate(version, rest));
        const may = all.filter(
          ({ version, arches, state }) =>
            wanted.every((arch) => arches.includes(arch)) &&
            state === 'published' &&
            semver.satisfies(version, range),
        );
        const choice = ask(range, all, { arches: wanted });
        expect(choice.ok).toBe(may.length > 0);
        if (!choice.ok) return;
        expect(may.map(({ version }) => version)).toContain(choice.version);
        expect(may.filter(({ version }) => semver.gt(version, choice.version))).toStrictEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
