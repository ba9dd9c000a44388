import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FarmOfFakes } from '../../farm-of-fakes.spec.js';
import { GildUnderTest } from '../../gild-under-test.spec.js';

/** The host `oak` of a farm that built the image `web`, with a disk of that size; `fill` writes to the disk. VMs are called vm-17. */
export const vmHostUnderTest = (size: string, fill: (disk: string) => void = () => undefined) => {
  const home = mkdtempSync(join(tmpdir(), 'gild-vm-'));
  const farm = new FarmOfFakes(() => {
    const disk = join(home, 'small.qcow2');
    execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', disk, size]);
    fill(disk);
    return readFileSync(disk);
  });
  const gild = new GildUnderTest();
  const run = (...args: string[]) => gild.run(args);
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
  const create = (...flags: string[]) => json('vm', 'create', 'vm-17', 'web', ...flags);
  const start = async (): Promise<void> => {
    await farm.start();
    gild.env = { ...farm.env, GILD_HOME: home, GILD_CACHE_HOST: 'oak' };
    const definition = { name: 'web', base_os: 'debian', os_version: '12' };
    expect((await run('build', farm.file('web.json', definition))).code).toBe(0);
    await farm.registry.changePolicy({ changes: { min_disk_free_percent: 5 }, actor: 'ada' });
  };
  const stop = async (): Promise<void> => {
    await farm.stop();
    rmSync(home, { recursive: true });
  };
  return { home, farm, gild, folder: join(home, 'vms', 'vm-17'), run, json, create, start, stop };
};
