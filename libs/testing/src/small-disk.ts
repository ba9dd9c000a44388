import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MOUNT = 'mount -t tmpfs -o "size=$1,mode=755" tmpfs "$2" && shift 2 && exec "$@"';
/** Who mounts it. A user is root in a namespace of ids of its own; a program that needs a range of ids is run by root itself. */
const MOUNTING = {
  user: { options: ['--user', '--map-root-user', '--mount'], lacks: 'a user namespace may not mount one' },
  root: { options: ['--mount'], lacks: 'only root may mount one' },
};

export type SmallDisk = {
  /** Where the disk is for what runs `under` it; else an empty folder. */
  path: string;
  /** The program, and the first of its arguments, that run another on a disk of its own. */
  under: readonly [program: string, ...args: string[]];
  /** `it` where this host can mount such a disk; else says loudly what is not tested, and skips it. */
  itOnDisk: typeof it;
};

/** A disk that is soon full, for the spec that calls; `size` as `mount` takes it. */
export const smallDisk = (what: string, size: string, by: keyof typeof MOUNTING = 'user'): SmallDisk => {
  const { options, lacks } = MOUNTING[by];
  const path = mkdtempSync(join(tmpdir(), 'gild-small-disk-'));
  const args = [...options, 'sh', '-c', MOUNT, 'sh', size, path];
  const isPossible = spawnSync('unshare', [...args, 'true']).status === 0;
  const remove = () => rmSync(path, { recursive: true, force: true });
  if (isPossible) afterAll(remove);
  else {
    process.stderr.write(`\nNOT TESTED: ${what}: it takes a small disk, and ${lacks} here\n\n`);
    remove();
  }
  return { path, under: ['unshare', ...args], itOnDisk: isPossible ? it : it.skip };
};
