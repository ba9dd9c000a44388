import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rpmMirror, type RpmSystem } from '@gild/testing';
import { GildHome } from './gild-home.js';
import { openedDisk } from './opened-disk.js';

/** A farm whose agent is told of a mirror of the test's own; each system under the name that agent.yaml has for it. */
export const rpmFarm = async (systems: Readonly<Record<string, RpmSystem>>) => {
  const gild = new GildHome();
  const mirror = await rpmMirror();
  for (const system of Object.values(systems)) mirror.hold(system);
  mkdirSync(gild.home, { recursive: true });
  writeFileSync(join(gild.home, 'test.asc'), mirror.key);
  const rows = Object.keys(systems).map((name) => `  ${name}: { main: '${mirror.url}', key: test.asc }\n`);
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
      mirror.close();
      gild.remove();
    },
  };
};
