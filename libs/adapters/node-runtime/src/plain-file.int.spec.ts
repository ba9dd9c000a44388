import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestPlainFile } from './digest-file.js';
import { openPlainFile } from './plain-file.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gild-plain-'));
  await mkdir(join(root, 'var/lib'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

/** What is at var/lib/status: its content, or why there is none. */
const found = async () => {
  const file = await openPlainFile(root, 'var/lib/status');
  if (typeof file === 'string') return file;
  return file.readFile('utf8').finally(() => file.close());
};
const at = () => join(root, 'var/lib/status');

it('opens a file in its folders', async () => {
  await writeFile(at(), 'content');
  expect(await found()).toBe('content');
});

it('tells that there is no file, or none any more', async () => {
  expect(await found()).toBe('absent');
  await rm(join(root, 'var'), { recursive: true });
  expect(await found()).toBe('absent');
});

it('refuses a link, whether in the place of the file or of a folder', async () => {
  await writeFile(join(root, 'elsewhere'), '');
  await symlink(join(root, 'elsewhere'), at());
  expect(await found()).toBe('refused');
  await rm(join(root, 'var/lib'), { recursive: true });
  await writeFile(join(root, 'var/status'), '');
  await symlink('.', join(root, 'var/lib'));
  expect(await found()).toBe('refused');
});

it.each([
  ['a pipe', 'mkfifo'],
  ['a folder', 'mkdir'],
])('refuses %s without waiting', async (_, make) => {
  execFileSync(make, [at()]);
  expect(await found()).toBe('refused');
});

it('digests a file, and neither what a link leads to nor a pipe nobody writes to', async () => {
  await writeFile(at(), 'content');
  const digest = () => digestPlainFile(join(root, 'var/lib'), 'status');
  expect(await digest()).toStrictEqual({
    sha256: createHash('sha256').update('content').digest('hex'),
    sizeBytes: 7,
  });
  await rm(at());
  await symlink('/dev/zero', at());
  expect(await digest()).toBeUndefined();
  await rm(at());
  execFileSync('mkfifo', [at()]);
  expect(await digest()).toBeUndefined();
});

/** As somebody whom permissions hold for, which they do not for root. */
const asNobody = async <T>(call: () => Promise<T>): Promise<T> => {
  if (process.geteuid?.() !== 0) return call();
  process.seteuid?.('nobody');
  return call().finally(() => process.seteuid?.(0));
};

it('refuses a folder it may not look into', async () => {
  await chmod(root, 0o755);
  await writeFile(at(), 'content');
  await chmod(join(root, 'var/lib'), 0o444);
  expect(await asNobody(found)).toBe('refused');
  await chmod(join(root, 'var/lib'), 0o755);
  expect(await asNobody(found)).toBe('content');
});
