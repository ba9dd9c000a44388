import { chmod, lstat, mkdir, readdir, statfs } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { isLeftover, ownerName } from '@gild/leftovers';
import { type Cleared, Fault, type Sandbox, type WorkFolders } from '@gild/ports';
import { remainsOf } from './remains.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const GIB = 1_073_741_824;

const gib = (bytes: number): string => `${(bytes / GIB).toFixed(1)} GiB`;

const requireName = (name: string): void => {
  if (!NAME.test(name))
    throw new Fault(
      'FOLDER_NAME_INVALID',
      `a work folder is named in letters, digits and ._:-, found ${name}`,
    );
};

const requireSpace = async (root: string, needBytes: number): Promise<void> => {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  if (free >= needBytes) return;
  throw new Fault(
    'NO_SPACE',
    `a build needs ${gib(needBytes)} of free disk at ${root}, found ${gib(free)}: free some, or give builds another disk`,
    { retryable: true },
  );
};

const sweep = async (root: string, sandbox: Sandbox): Promise<void> => {
  for (const name of await readdir(root)) {
    const path = join(root, name);
    if (await isLeftover(name, path)) await sandbox.remove(path);
  }
};

const removed = async (folder: string, root: string, sandbox: Sandbox): Promise<void> => {
  if (/^(\.\.|$)/.test(relative(root, folder)))
    throw new Fault('FOLDER_NAME_INVALID', `${folder} is no work folder of ${root}`);
  await sandbox.remove(folder);
};

const cleared = async (folder: string, root: string, sandbox: Sandbox): Promise<Cleared> => {
  const ended = sandbox.endOf(folder);
  await removed(folder, root, sandbox).catch(() => undefined);
  const isThere = await lstat(folder).catch(() => undefined);
  const remains = await remainsOf(basename(folder));
  return { ...remains, folderRemoved: isThere === undefined, ...(ended === undefined ? {} : { ended }) };
};

/** Folders of running builds below `root`. The sandbox removes them, because its ids own what builds leave there. */
export const directoryWorkFolders = ({ root, sandbox }: { root: string; sandbox: Sandbox }): WorkFolders => {
  const ready = () => mkdir(root, { recursive: true, mode: 0o700 });
  return {
    create: async (name, needBytes) => {
      requireName(name);
      await ready();
      await requireSpace(root, needBytes);
      const folder = join(root, await ownerName(name));
      await mkdir(folder);
      // Ids of a sandbox pass through it; the folder above keeps everybody else of the host out.
      await chmod(folder, 0o711);
      return folder;
    },
    sub: async (folder, name) => {
      requireName(name);
      const path = join(folder, name);
      await mkdir(path);
      await chmod(path, 0o755);
      return path;
    },
    remove: (folder) => removed(folder, root, sandbox),
    clear: (folder) => cleared(folder, root, sandbox),
    sweep: async () => {
      await ready();
      await sweep(root, sandbox);
    },
    freePercent: async () => {
      await ready();
      const { bavail, blocks } = await statfs(root);
      return blocks === 0 ? 0 : (bavail / blocks) * 100;
    },
  };
};
