import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { TestPackage } from './debian-package.js';

const run = promisify(execFile);

/** The files of this host that install packages in an image, under the names of the packages that bring them. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  apt: ['/usr/bin/apt-get', '/usr/bin/apt-config', '/usr/lib/apt/methods/file', '/usr/lib/apt/methods/store'],
  coreutils: [
    ...['cat', 'chmod', 'chown', 'cp', 'dirname', 'install', 'ln', 'ls', 'mkdir', 'mktemp', 'mv'],
    ...['rm', 'rmdir', 'sort', 'stat', 'touch', 'true'],
  ].map((name) => `/usr/bin/${name}`),
  dash: ['/usr/bin/sh'],
  diffutils: ['/usr/bin/diff'],
  dpkg: [
    ...['dpkg', 'dpkg-deb', 'dpkg-query', 'dpkg-split', 'dpkg-trigger'].map((name) => `/usr/bin/${name}`),
    ...['cputable', 'ostable', 'tupletable'].map((name) => `/usr/share/dpkg/${name}`),
    '/usr/sbin/start-stop-daemon',
  ],
  'libc-bin': ['/usr/sbin/ldconfig'],
  sed: ['/usr/bin/sed'],
  tar: ['/usr/bin/tar'],
};

const BASE_FILES: TestPackage = {
  name: 'base-files',
  essential: true,
  folders: ['dev', 'etc/apt/apt.conf.d', 'proc', 'run', 'sys', 'tmp', 'var/lib/dpkg/info', 'var/log', 'root'],
  files: {
    'etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    'etc/group': 'root:x:0:\n',
  },
};

/** The smallest system that installs packages by itself: real programs in packages with their right names. */
export const smallSystem = async (): Promise<readonly TestPackage[]> => {
  const packages = Object.entries(FILES).map(([name, programs]) => ({
    ...{ name, essential: name !== 'apt', depends: ['libc6'] },
    files: Object.fromEntries(programs.map((path) => [path, { copyOf: path }])),
  }));
  return [BASE_FILES, await libraries(Object.values(FILES).flat()), ...packages];
};

/** Everything that the programs load, and what loads it. */
const libraries = async (programs: readonly string[]): Promise<TestPackage> => {
  const { stdout } = await run('ldd', [...programs]).catch((error: { stdout: string }) => error);
  const paths = [...new Set([...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path))];
  const files = await Promise.all(
    paths.map(
      async (path) => [join(await realpath(dirname(path)), basename(path)), { copyOf: path }] as const,
    ),
  );
  return { name: 'libc6', essential: true, files: Object.fromEntries(files) };
};
