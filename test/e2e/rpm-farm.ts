import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mirrorOf, rpmWorkshop, type TestPackage } from '@gild/testing';
import { GildHome } from './gild-home.js';
import { openedDisk } from './opened-disk.js';

const WHO = 'release@gild.invalid';

/** A repository of RPM packages that the test makes and signs itself. */
export type OwnMirror = {
  /** The row of agent.yaml that tells of it. */
  row: string;
  packages: readonly TestPackage[];
  /** The folders of the release's repositories on a mirror; the first has the packages. */
  folders: readonly string[];
};

/** A farm whose agent is told of mirrors of the test's own. */
export const rpmFarm = async (mirrors: readonly OwnMirror[]) => {
  const workshop = rpmWorkshop();
  const gild = new GildHome();
  const key = workshop.key(WHO);
  for (const { packages, folders } of mirrors) {
    const rpms = packages.map(workshop.make);
    workshop.sign(WHO, rpms);
    for (const [index, folder] of folders.entries()) workshop.publish(folder, index === 0 ? rpms : []);
  }
  const server = await mirrorOf(join(workshop.home, 'repositories'));
  mkdirSync(gild.home, { recursive: true });
  writeFileSync(join(gild.home, 'test.asc'), key);
  const rows = mirrors.map(({ row }) => `  ${row}: { main: '${server.url}', key: test.asc }\n`);
  writeFileSync(join(gild.home, 'agent.yaml'), `mirrors:\n${rows.join('')}`);

  const defined = (name: string, definition: string): string => {
    const file = join(gild.root, `${name}.yaml`);
    writeFileSync(file, `name: ${name}\n${definition}`);
    return file;
  };

  return {
    /** Runs gild with a definition as its last word. */
    run: (name: string, definition: string, ...words: string[]) =>
      gild.run(...words, defined(name, definition)),
    /** Builds an image, and opens its disk. */
    built: async (name: string, definition: string) => {
      const build = await gild.run('build', defined(name, definition), '--no-boot-test');
      expect(build.code === 0 ? '' : build.stdout + build.stderr).toBe('');
      const image = join(gild.root, `${name}.qcow2`);
      const exported = await gild.run('export', name, '--output', image);
      expect(exported.code === 0 ? '' : exported.stderr).toBe('');
      // Holes stay holes: the raw disk of ten gigabytes takes no longer than its content.
      const raw = join(gild.root, `${name}.raw`);
      expect(spawnSync('qemu-img', ['convert', '-O', 'raw', image, raw]).status).toBe(0);
      return openedDisk(raw);
    },
    close: () => {
      server.close();
      gild.remove();
      rmSync(workshop.home, { recursive: true, force: true });
    },
  };
};
