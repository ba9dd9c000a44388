import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeFileLock } from '@gild/node-runtime';
import { vmHostUnderTest } from './vm-host-under-test.spec.js';

const MIB = 2 ** 20;
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHUfWNlQTG27B1H+AUjMwWcmHQnJYQK4W0JkNtZZqmQn ada@oak';

/** 16 MiB that begin with a MiB of 0x5a. */
const begin = (disk: string) => execFileSync('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x5a 0 1M', disk]);

describe('a VM that is made from the cache of its host', () => {
  const { home, farm, folder, run, json, create, ...host } = vmHostUnderTest('16M', begin);
  const inSeed = (name: string) =>
    execFileSync('mtype', ['-i', join(folder, 'seed.img'), `::${name}`], { encoding: 'utf8' });

  beforeAll(host.start);
  afterEach(() => run('vm', 'remove', 'vm-17'));
  afterAll(host.stop);

  it('writes to its own disk, and never to the image', async () => {
    const vm = await create('--size', '32M');
    const digest = () => createHash('sha256').update(readFileSync(vm.backing_file)).digest('hex');
    const [layer, image] = JSON.parse(
      execFileSync('qemu-img', ['info', '--backing-chain', '--output=json', vm.disk], { encoding: 'utf8' }),
    );
    expect(layer).toMatchObject({
      ...{ filename: join(folder, 'disk.qcow2'), format: 'qcow2', 'virtual-size': 32 * MIB },
      ...{ 'full-backing-filename': vm.backing_file, 'backing-filename-format': 'qcow2' },
    });
    expect(image).toMatchObject({ filename: vm.backing_file, 'virtual-size': 16 * MIB });
    execFileSync('qemu-io', [
      '-f',
      'qcow2',
      '-c',
      'write -P 0xff 0 64k',
      '-c',
      'read -P 0x5a 64k 64k',
      vm.disk,
    ]);
    expect(digest()).toBe(vm.backing_sha256);
  });

  it('is told who it is', async () => {
    const [key, network] = [farm.file('key.pub', `${KEY}\n`), farm.file('net.yaml', 'version: 2\n')];
    await create('--hostname', 'web1', '--user', 'ada', '--ssh-key', key, '--network', network);
    expect(inSeed('meta-data')).toBe('instance-id: vm-17\nlocal-hostname: web1\n');
    expect(inSeed('user-data')).toMatch(/^#cloud-config\nusers:\n {2}- name: ada\n[^]*ssh-ed25519 AAAA/);
    expect(inSeed('network-config')).toBe('version: 2\n');
  });

  it('is said to ignore that where nothing in the image reads it, and how it is started', async () => {
    const { code, stdout, said } = await run('vm', 'create', 'vm-17', 'web');
    expect(code).toBe(0);
    expect(said).toMatch(/\nwarning: web@1\.0\.0 has no package cloud-init, /);
    expect(stdout).toMatch(/\n {2}qemu-system-x86_64 .*\n {2}gild vm start vm-17 web@1\.0\.0 --host oak\n$/);
    const vm = JSON.parse(readFileSync(join(folder, 'vm.json'), 'utf8'));
    expect(stdout).toContain(vm.boot.join(' '));
  });

  it('has its image kept in the cache for as long as it is there', async () => {
    await create();
    expect((await json('cache', 'clean', '--all')).kept).toMatchObject([{ why: 'in_use', vms: ['vm-17'] }]);
    expect(await run('vm', 'remove', 'vm-17')).toMatchObject({ code: 0, stdout: 'vm-17 is removed\n' });
    expect(existsSync(folder)).toBe(false);
    expect((await json('cache', 'clean', '--all')).removed).toMatchObject([{ image_name: 'web' }]);
  });

  it('is made once: what is there is not replaced', async () => {
    const { disk } = await create();
    const before = readFileSync(disk);
    const again = await run('vm', 'create', 'vm-17', 'web');
    expect([again.code, again.said]).toStrictEqual([
      3,
      expect.stringContaining(`vm-17 is there already, in ${folder}; gild vm run vm-17 boots it`),
    ]);
    const foreign = await run('vm', 'create', 'vm-17', 'web', '--disk', home);
    expect([foreign.code, foreign.said]).toStrictEqual([
      3,
      expect.stringContaining(`${home} is there already, and is not the VM vm-17`),
    ]);
    const elsewhere = await run('vm', 'create', 'vm-17', 'web', '--disk', join(home, 'elsewhere'));
    expect([elsewhere.code, elsewhere.said]).toStrictEqual([
      3,
      expect.stringContaining('keeps an image for vm-17'),
    ]);
    expect(readFileSync(disk)).toStrictEqual(before);
  });

  it('is not made where one of its name runs', async () => {
    await run('vm', 'start', 'vm-17', 'web', '--host', 'elm');
    const { code, said } = await run('vm', 'create', 'vm-17', 'web');
    expect([code, said]).toStrictEqual([3, expect.stringContaining('on record as running web@1.0.0 on elm')]);
    await run('vm', 'stop', 'vm-17');
  });

  it('leaves nothing where it cannot be made, and holds nothing', async () => {
    const { code, said } = await run('vm', 'create', 'vm-17', 'web', '--size', '1M');
    expect([code, said]).toStrictEqual([
      2,
      expect.stringContaining('--size: expected at least the 0.02 GiB that the disk of web@1.0.0 has'),
    ]);
    expect(readdirSync(join(home, 'vms')).filter((name) => name !== '.making')).toStrictEqual([]);
    expect((await json('cache', 'clean', '--all')).kept).toStrictEqual([]);
  });

  it('is not removed while it runs, and its end is put on record when it is', async () => {
    const { disk } = await create();
    await run('vm', 'start', 'vm-17', 'web', '--host', 'oak');
    const qemu = spawn('qemu-io', ['-f', 'qcow2', disk], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(qemu.stdout, 'data');
    const refused = await run('vm', 'remove', 'vm-17');
    expect([refused.code, refused.said]).toStrictEqual([3, expect.stringContaining(`QEMU uses ${disk}`)]);
    qemu.stdin.end('quit\n');
    await once(qemu, 'close');
    expect((await run('vm', 'remove', 'vm-17')).code).toBe(0);
    expect((await run('vm', 'list', '--stopped')).stdout).toMatch(/\nvm-17 +web@1\.0\.0 .* stopped/);
  });

  it('stays where its folder has files of somebody else, and they with it', async () => {
    await create();
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const { said } = await run('vm', 'remove', 'vm-17');
    expect(said).toContain(`${folder} stays, for it holds what is not of the VM: notes.txt`);
    expect(readdirSync(folder)).toStrictEqual(['notes.txt']);
    expect(await run('vm', 'remove', 'vm-17')).toMatchObject({
      ...{ code: 3, said: expect.stringContaining('holds no VM that gild vm create made') },
    });
    rmSync(folder, { recursive: true });
  });

  it('is removed to its end where that was cut off after the disk', async () => {
    const { disk } = await create();
    rmSync(disk);
    expect(await run('vm', 'remove', 'vm-17')).toMatchObject({ code: 0, stdout: 'vm-17 is removed\n' });
    expect((await json('cache', 'clean', '--all')).kept).toStrictEqual([]);
  });

  it('is neither made nor removed while another command does that', async () => {
    const lock = join(home, 'vms', '.making', 'lock-vm-17');
    mkdirSync(join(home, 'vms', '.making'), { recursive: true });
    const held = takeFileLock(lock);
    for (const command of [
      ['create', 'vm-17', 'web', '--size', '1M'],
      ['remove', 'vm-17'],
    ])
      expect(await run('vm', ...command)).toMatchObject({
        ...{ code: 3, said: expect.stringContaining('another gild makes, runs or removes vm-17') },
      });
    held?.release();
  });

  it('is in the folder that is named, and removed from there only', async () => {
    const named = join(home, 'a, b');
    const vm = await create('--disk', named);
    expect(readdirSync(named).sort()).toStrictEqual(['disk.qcow2', 'seed.img', 'vm.json']);
    expect(vm.boot.find((word: string) => word.startsWith('id=disk'))).toContain('/a,, b/disk.qcow2');
    expect((await run('vm', 'remove', 'vm-17', '--disk', named)).code).toBe(0);
    expect(existsSync(named)).toBe(false);
  });

  it('takes away what a program left half made that is gone, and nothing of a VM with such a name', async () => {
    const left = (name: string) => {
      const path = join(home, 'vms', name);
      mkdirSync(path, { recursive: true });
      utimesSync(path, 1, 1);
      return path;
    };
    const [halfMade, other] = [left('.making/.1-1-1-a'), left('1-1-1-a')];
    await create();
    expect([halfMade, other].map((path) => existsSync(path))).toStrictEqual([false, true]);
    rmSync(other, { recursive: true });
  });

  it('has a firmware of its architecture', async () => {
    await run(
      'build',
      farm.file('arm.json', { name: 'arm', base_os: 'debian', os_version: '12', arch: 'arm64' }),
    );
    const { code, said } = await run('vm', 'create', 'vm-17', 'arm', '--firmware', 'bios');
    expect([code, said]).toStrictEqual([2, '--firmware: expected uefi, found "bios"']);
  });

  it('is not removed where there is none', async () => {
    const { code, said } = await run('vm', 'remove', 'vm-99');
    expect([code, said]).toStrictEqual([2, expect.stringContaining('no VM vm-99 was made here')]);
  });

  it('warns of a version that is deprecated, and refuses one that is revoked or unknown', async () => {
    await run('deprecate', 'web@1.0.0', '--reason', 'old');
    expect((await run('vm', 'create', 'vm-17', 'web@1.0.0')).said).toContain(
      'warning: web@1.0.0 is deprecated; make VMs from another version',
    );
    await run('vm', 'remove', 'vm-17');
    await run('revoke', 'web@1.0.0', '--reason', 'leaks');
    expect((await run('vm', 'create', 'vm-17', 'web@1.0.0')).code).toBe(3);
    expect((await run('vm', 'create', 'vm-17', 'web@9.9.9')).code).toBe(2);
    expect(existsSync(folder)).toBe(false);
  });
});
