import type { VersionDiff, VersionedChanges } from '@gild/contracts';
import fc from 'fast-check';
import { versionDiff, type VersionContents } from './version-diff.js';

const named = (version: string) => ({
  ...{ image_name: 'web', version, arch: 'x86_64', created_at: '2026-11-23T09:00:00.000Z' },
  ...{ checksum: 'a'.repeat(64), rootfs_sha256: 'b'.repeat(64) },
});
const installed = (name: string, version: string, arch = 'amd64') => ({ name, version, arch, source: name });
const before: VersionContents = {
  named: named('1.0.0'),
  sizeBytes: 7,
  packages: [
    installed('bash', '5.1'),
    installed('kernel', '6.1'),
    installed('kernel', '6.2'),
    installed('libc6', '2.36'),
    installed('libc6', '2.36', 'i386'),
    installed('nano', '7'),
  ],
  taskservs: { nginx: '1.22', redis: '7.0' },
  definition: {
    ...{ name: 'web', optimize: false, taskservs: ['nginx', 'redis'] },
    ...{ labels: { 'a b': '1', team: 'x' }, steps: { run_tests: true } },
  },
};
const after: VersionContents = {
  named: named('1.1.0'),
  sizeBytes: 9,
  packages: [
    installed('bash', '5.2'),
    installed('kernel', '6.2'),
    installed('kernel', '6.3'),
    installed('kernel', '6.4'),
    installed('libc6', '2.36'),
    installed('vim', '9'),
  ],
  taskservs: { nginx: '1.24', php: '8' },
  definition: {
    ...{ name: 'web', optimize: true, taskservs: ['redis', 'nginx'] },
    ...{ labels: { 'a b': '2' }, steps: { run_tests: true }, base_image: { name: 'base', version: '^1' } },
  },
  base: 'base@1.4.0',
};
const EMPTY: VersionedChanges = { added: [], removed: [], changed: [] };

describe('the difference of two versions', () => {
  it('names the packages that came, went and have another version', () => {
    expect(versionDiff(before, after).packages).toStrictEqual({
      added: [
        { name: 'kernel', arch: 'amd64', version: '6.3' },
        { name: 'kernel', arch: 'amd64', version: '6.4' },
        { name: 'vim', arch: 'amd64', version: '9' },
      ],
      removed: [
        { name: 'kernel', arch: 'amd64', version: '6.1' },
        { name: 'libc6', arch: 'i386', version: '2.36' },
        { name: 'nano', arch: 'amd64', version: '7' },
      ],
      changed: [{ name: 'bash', arch: 'amd64', from: '5.1', to: '5.2' }],
    });
  });

  it('names the taskservs, sizes and bases', () => {
    expect(versionDiff(before, after)).toMatchObject({
      taskservs: {
        added: [{ name: 'php', version: '8' }],
        removed: [{ name: 'redis', version: '7.0' }],
        changed: [{ name: 'nginx', from: '1.22', to: '1.24' }],
      },
      size: { from: 7, to: 9 },
      base: { to: 'base@1.4.0' },
    });
  });

  it('names the fields of the definition by path, lists as a whole', () => {
    expect(versionDiff(before, after).definition).toStrictEqual([
      { path: 'base_image', to: { name: 'base', version: '^1' } },
      { path: 'labels["a b"]', from: '1', to: '2' },
      { path: 'labels.team', from: 'x' },
      { path: 'optimize', from: false, to: true },
      { path: 'taskservs', from: ['nginx', 'redis'], to: ['redis', 'nginx'] },
    ]);
  });

  it('tells no value from null, and a member from what every object inherits', () => {
    const changes = (from: object, to: object) =>
      versionDiff({ ...before, definition: { ...from } }, { ...before, definition: { ...to } }).definition;
    expect(changes({}, { description: null })).toStrictEqual([{ path: 'description', to: null }]);
    expect(changes({}, { toString: 'x' })).toStrictEqual([{ path: 'toString', to: 'x' }]);
    expect(changes({ labels: {} }, { labels: { a: '1' } })).toStrictEqual([{ path: 'labels.a', to: '1' }]);
  });
});

describe('whatever two versions hold, their difference', () => {
  const version = fc.constantFrom('1', '2', '3');
  const contents = fc
    .record({
      packages: fc.uniqueArray(
        fc.tuple(fc.constantFrom('a', 'a+b', 'c'), version, fc.constantFrom('amd64', 'i386')),
        { selector: (each) => each.join(' ') },
      ),
      taskservs: fc.dictionary(fc.constantFrom('nginx', 'redis'), version),
      definition: fc.dictionary(fc.constantFrom('a', 'b', '__proto__'), fc.jsonValue({ maxDepth: 2 })),
      base: fc.option(fc.constantFrom('base@1', 'base@2'), { nil: undefined }),
      sizeBytes: fc.nat(9),
      number: version,
    })
    .map(({ packages, number, ...rest }): VersionContents => ({
      ...rest,
      named: named(number),
      packages: packages.map(([name, held, arch]) => installed(name, held, arch)),
    }));
  const turned = <T extends { from?: unknown; to?: unknown }>({ from, to, ...rest }: T) => ({
    ...rest,
    ...(to !== undefined && { from: to }),
    ...(from !== undefined && { to: from }),
  });
  const reversed = ({ added, removed, changed }: VersionedChanges) => ({
    ...{ added: removed, removed: added },
    changed: changed.map(turned),
  });

  it('from a version to itself is none', () => {
    fc.assert(
      fc.property(contents, (one) => {
        const { packages, taskservs, definition } = versionDiff(one, structuredClone(one));
        expect([packages, taskservs, definition]).toStrictEqual([EMPTY, EMPTY, []]);
      }),
    );
  });

  it('from the other side is the same, turned round', () => {
    fc.assert(
      fc.property(contents, contents, (one, other) => {
        const { a, b, packages, taskservs, definition, size, base }: VersionDiff = versionDiff(one, other);
        expect(versionDiff(other, one)).toStrictEqual({
          ...{ a: b, b: a, packages: reversed(packages), taskservs: reversed(taskservs) },
          ...{ definition: definition.map(turned), size: turned(size), base: turned(base) },
        });
      }),
    );
  });

  it('applied to the one gives the other', () => {
    fc.assert(
      fc.property(contents, contents, (one, other) => {
        const { added, removed, changed } = versionDiff(one, other).packages;
        const text = (name: string, arch: string | undefined, held: string) => `${name} ${arch} ${held}`;
        const all = new Set(one.packages.map((each) => text(each.name, each.arch, each.version)));
        for (const each of removed) expect(all.delete(text(each.name, each.arch, each.version))).toBe(true);
        for (const each of changed) expect(all.delete(text(each.name, each.arch, each.from))).toBe(true);
        for (const each of added) all.add(text(each.name, each.arch, each.version));
        for (const each of changed) all.add(text(each.name, each.arch, each.to));
        expect([...all].sort()).toStrictEqual(
          other.packages.map((each) => text(each.name, each.arch, each.version)).sort(),
        );
      }),
    );
  });
});
