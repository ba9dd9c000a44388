import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { clockOfTheHost, debianPackage } from '@gild/testing';
import { openedArchives } from './opened-archives.js';
import { context, folder, home, sandbox } from './toolchain-under-test.spec.js';

afterAll(() => sandbox.remove(home));

const [own, foreign] =
  process.arch === 'arm64' ? (['aarch64', 'x86_64'] as const) : (['x86_64', 'aarch64'] as const);

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

const archives = async (name: string) => {
  const from = await folder(`from-${name}`);
  const files = { 'usr/share/odd': 'x', [`usr/share/${'long/'.repeat(30)}name`]: 'y'.repeat(100_000) };
  await debianPackage({ name: 'small', files, postinst: 'true' }, 'all', join(from, 'small.deb'));
  const bytes = readFileSync(join(from, 'small.deb'));
  const resolved = { name: 'small', version: '1', arch: 'all', sha256: sha256(bytes) };
  const archive = { file: 'small.deb', control: '', sha256: resolved.sha256, sizeBytes: bytes.length };
  return { folder: from, archives: [{ package: resolved, ...archive }] };
};
const opened = async (name: string, arch: typeof own) => {
  const from = await archives(name);
  const work = { options: { sandbox, clock: clockOfTheHost }, context: await context() };
  return { from, to: await openedArchives(work, { arch, folder: await folder(`to-${name}`) }, from) };
};
const parts = (deb: string) =>
  ['--ctrl-tarfile', '--fsys-tarfile'].map((part) => execFileSync('dpkg-deb', [part, deb]));

it('are the same packages uncompressed, under digests of their own, for an image that is emulated', async () => {
  const { from, to } = await opened('emulated', foreign);
  const [before, after] = [from, to].map((it) => join(it.folder, 'small.deb')) as [string, string];
  expect(parts(after)).toStrictEqual(parts(before));
  expect(readFileSync(after).includes(parts(before)[1] ?? '')).toBe(true);
  expect(to.archives).toStrictEqual([
    { ...from.archives[0], sha256: sha256(readFileSync(after)), sizeBytes: statSync(after).size },
  ]);
});

it('are those there were for an image that is not', async () => {
  const { from, to } = await opened('own', own);
  expect(to).toBe(from);
});
