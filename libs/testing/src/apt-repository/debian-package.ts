import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A package as a test wants it; a file is text, or a copy of one of this host. */
export type TestPackage = {
  name: string;
  version?: string;
  essential?: boolean;
  depends?: readonly string[];
  files?: Readonly<Record<string, string | { copyOf: string }>>;
  folders?: readonly string[];
  /** Runs when it is configured, under `/bin/sh`. */
  postinst?: string;
};

export const TEST_VERSION = '1.0-1test1';

/** Makes a real package in the folder. */
export const debianPackage = async (made: TestPackage, arch: string, folder: string): Promise<void> => {
  const tree = await mkdtemp(join(tmpdir(), 'gild-package-'));
  try {
    await mkdir(join(tree, 'DEBIAN'));
    await writeFile(join(tree, 'DEBIAN/control'), controlOf(made, arch));
    if (made.postinst !== undefined)
      await writeFile(join(tree, 'DEBIAN/postinst'), `#!/bin/sh\nset -eu\n${made.postinst}\n`, {
        mode: 0o755,
      });
    for (const path of made.folders ?? []) await mkdir(join(tree, path), { recursive: true });
    await fill(tree, made.files ?? {});
    await run('dpkg-deb', ['--root-owner-group', '-Zgzip', '-z1', '--build', tree, folder]);
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
};

const controlOf = ({ name, version = TEST_VERSION, essential, depends = [] }: TestPackage, arch: string) =>
  [
    `Package: ${name}`,
    `Version: ${version}`,
    `Architecture: ${arch}`,
    'Maintainer: Test <test@example.org>',
    ...(essential === true ? ['Essential: yes'] : []),
    ...(depends.length > 0 ? [`Depends: ${depends.join(', ')}`] : []),
    'Description: made for a test\n',
  ].join('\n');

const fill = async (tree: string, files: NonNullable<TestPackage['files']>): Promise<void> => {
  for (const [path, content] of Object.entries(files)) {
    const place = join(tree, path);
    await mkdir(dirname(place), { recursive: true });
    if (typeof content === 'string') await writeFile(place, content);
    else await cp(content.copyOf, place, { dereference: true });
  }
};
