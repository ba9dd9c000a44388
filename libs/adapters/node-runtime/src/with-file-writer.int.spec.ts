import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { withFileWriter } from './with-file-writer.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gild-writer-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

async function* pieces(...texts: string[]) {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text));
}
async function* broken(): AsyncGenerator<Uint8Array> {
  await Promise.reject(new Error('it broke off'));
}

const openFiles = () =>
  readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return 'what listed the others';
    }
  });

/** How the writing ended, and what had become of the file just then. */
const ended = async (writing: Promise<void>) => {
  const how = await writing.catch((error: Error) => error.message);
  return { how, wasMade: existsSync(path), isOpen: openFiles().includes(path) };
};

it('writes what comes, with the mode it was told', async () => {
  await withFileWriter(path, { mode: 0o600 }, (file) => pipeline(pieces('one ', 'two'), file));
  expect(await readFile(path, 'utf8')).toBe('one two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('has opened and closed the file once the source has failed', async () => {
  const writing = withFileWriter(path, {}, (file) => pipeline(broken(), file));
  expect(await ended(writing)).toStrictEqual({ how: 'it broke off', wasMade: true, isOpen: false });
});

it('closes the file that nothing was written to', async () => {
  const writing = withFileWriter(path, {}, () => Promise.reject(new Error('there is no source')));
  expect(await ended(writing)).toStrictEqual({ how: 'there is no source', wasMade: true, isOpen: false });
});

it('tells why nothing was written also where the file cannot be opened', async () => {
  const nowhere = join(folder, 'none', 'file');
  await expect(
    withFileWriter(nowhere, {}, () => {
      throw new Error('there is no source');
    }),
  ).rejects.toThrow('there is no source');
  const writing = withFileWriter(nowhere, {}, () => Promise.reject(new Error('there is no source')));
  await expect(writing).rejects.toThrow('there is no source');
});

it.each([
  ['a file there already is', 'EEXIST', () => ({ to: path, flags: 'wx' as const })],
  ['a folder that is not there', 'ENOENT', () => ({ to: join(folder, 'none', 'file'), flags: 'w' as const })],
])('says that it cannot write to %s', async (_, code, where) => {
  await withFileWriter(path, {}, (file) => pipeline(pieces('before'), file));
  const { to, flags } = where();
  const writing = withFileWriter(to, { flags }, (file) => pipeline(pieces('after'), file));
  await expect(writing).rejects.toMatchObject({ code });
  expect(await readFile(path, 'utf8')).toBe('before');
});
