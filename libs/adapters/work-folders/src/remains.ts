import { readdir, readFile, readlink } from 'node:fs/promises';

const PROCESS = /^\d+$/;

const linesOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
const target = (path: string): Promise<string> => readlink(path).catch(() => '');

const openFiles = async (pid: string): Promise<string[]> => {
  const fds = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(fds.map((fd) => target(`/proc/${pid}/fd/${fd}`)));
};

/** Its arguments, where it stands, what it has open, and what it has mounted for itself. */
const traces = async (pid: string, hasOwnMounts: (pid: string) => Promise<boolean>): Promise<string> => {
  const parts = await Promise.all([
    linesOf(`/proc/${pid}/cmdline`),
    target(`/proc/${pid}/cwd`),
    target(`/proc/${pid}/root`),
    openFiles(pid).then((files) => files.join('\n')),
    (await hasOwnMounts(pid)) ? linesOf(`/proc/${pid}/mountinfo`) : '',
  ]);
  return parts.join('\n');
};

/**
 * How many other processes of this host have to do with the folder of a build, and how many mounts are made of it: looked for by
 * its name, which no other has. Processes of other accounts show less of themselves to those who are not root.
 */
export const remainsOf = async (name: string): Promise<{ processes: number; mounts: number }> => {
  const ours = (await linesOf('/proc/self/mountinfo')).split('\n');
  const mounts = ours.filter((line) => line.includes(name)).length;
  const ownMounts = await target('/proc/self/ns/mnt');
  // What is mounted where we see it may be seen by everybody: that says nothing about them.
  const hasOwnMounts = async (pid: string) =>
    mounts === 0 && (await target(`/proc/${pid}/ns/mnt`)) !== ownMounts;
  let processes = 0;
  for (const pid of (await readdir('/proc')).filter((entry) => PROCESS.test(entry)))
    if (pid !== String(process.pid) && (await traces(pid, hasOwnMounts)).includes(name)) processes += 1;
  return { processes, mounts };
};
