import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GildProcess } from '../../process-tests/gild-process.js';
import { FakeQemu } from './fake-qemu.spec.js';
import { vmHostUnderTest } from './vm-host-under-test.spec.js';

describe('a VM that is booted here', () => {
  const { home, gild, folder, run, json, create, ...host } = vmHostUnderTest('1M');
  const qemu = new FakeQemu(home);
  /** In a process of its own: what it does with signals is of the process. */
  const start = (...args: string[]) => new GildProcess(['vm', ...args], { ...process.env, ...gild.env });
  const started = async (...args: string[]) => {
    const vm = start(...args);
    await vm.says(/told: qmp_capabilities/);
    return vm;
  };
  const onRecord = async () => {
    const { entries } = await json('history', 'vm:vm-17');
    return entries.map(({ what, data }: { what: string; data: { reason?: string } }) => data.reason ?? what);
  };

  beforeAll(host.start);
  afterEach(() => run('vm', 'remove', 'vm-17'));
  afterAll(() => {
    qemu.stop();
    return host.stop();
  });

  it('is the same machine each time, also by a record of an earlier release, and on record while it runs', async () => {
    qemu.behave('switches itself off');
    const made = await run('vm', 'create', 'vm-17', 'web', '--run', '--memory', '512M', '--cpus', '2');
    expect([made.code, made.said]).toStrictEqual([0, expect.stringContaining('gild vm run vm-17 starts it')]);
    expect(await run('vm', 'run', 'vm-17')).toMatchObject({ code: 0, stdout: '' });
    const path = join(folder, 'vm.json');
    const { uuid, memory_mib, processors, firmware, ...earlier } = JSON.parse(readFileSync(path, 'utf8'));
    expect([memory_mib, processors, firmware]).toStrictEqual([512, 2, 'bios']);
    writeFileSync(path, JSON.stringify(earlier));
    expect((await run('vm', 'run', 'vm-17')).code).toBe(0);
    const [first = [], ...others] = qemu.started;
    expect(first.join(' ')).toMatch(new RegExp(`-uuid ${uuid} .*-smp 2 -m 512 `));
    expect(others).toStrictEqual([first, first]);
    const once = ['VmStarted', 'it switched itself off'];
    expect(await onRecord()).toStrictEqual([...once, ...once, ...once]);
  });

  it('shuts down at Ctrl-C, and is nobody else’s until then', async () => {
    qemu.behave('obeys');
    await create();
    const vm = await started('run', 'vm-17');
    expect(await json('vm', 'list')).toMatchObject([{ vm_id: 'vm-17', host: 'oak', state: 'running' }]);
    for (const deed of ['run', 'remove'])
      expect(await run('vm', deed, 'vm-17')).toMatchObject({
        ...{ code: 3, said: expect.stringContaining('another gild makes, runs or removes vm-17') },
      });
    vm.signal('SIGINT');
    expect(await vm.exit).toBe(130);
    expect(vm.stderr).toContain('told: system_powerdown');
    expect((await onRecord()).at(-1)).toBe('it was interrupted');
  });

  it('has its power cut at the second Ctrl-C, and comes off the record', async () => {
    qemu.behave('heeds only a cut');
    const vm = await started('create', 'vm-17', 'web', '--run');
    vm.signal('SIGINT');
    await vm.says(/told: system_powerdown/);
    vm.signal('SIGINT');
    expect(await vm.exit).toBe(130);
    expect(vm.stderr).toContain('told: quit');
    expect((await onRecord()).at(-1)).toBe('it was interrupted');
  });

  it('ends at the third in any case', async () => {
    qemu.behave('is deaf');
    await create();
    const vm = await started('run', 'vm-17');
    vm.signal('SIGTERM');
    await vm.says(/told: system_powerdown/);
    vm.signal('SIGTERM');
    await vm.says(/told: quit/);
    vm.signal('SIGTERM');
    expect(await vm.exit).toBe(130);
    expect(vm.stderr).not.toContain('killing it'); // which it would be ten seconds after the second
    expect((await onRecord()).at(-1)).toBe('it was interrupted');
  });

  it('comes off the record where QEMU fails', async () => {
    qemu.behave('fails');
    await create();
    expect(await run('vm', 'run', 'vm-17')).toMatchObject({
      ...{ code: 1, said: expect.stringContaining('ended with exit code 1: qemu: no such machine') },
    });
    expect((await onRecord()).at(-1)).toBe('QEMU failed');
  });

  it('is one that was made', async () => {
    await create();
    const vms = join(home, 'vms');
    mkdirSync(join(vms, 'of-somebody-else'));
    writeFileSync(join(vms, 'notes.txt'), '');
    renameSync(folder, join(home, 'moved'));
    symlinkSync(join(home, 'moved'), folder);
    mkdirSync(join(vms, 'vm-5'));
    symlinkSync('vm.json', join(vms, 'vm-5', 'vm.json'));
    const { code, said } = await run('vm', 'run', 'vm-99');
    expect([code, said]).toStrictEqual([
      2,
      expect.stringMatching(
        /^no VM vm-99 was made here: .*Those in GILD_HOME\/vms: vm-17, vm-5 \(cannot be read\)\. /,
      ),
    ]);
    expect(await run('vm', 'run', 'vm-5')).toMatchObject({
      ...{ code: 1, said: expect.stringMatching(/^expected a VM in .*vm-5: ELOOP/) },
    });
    rmSync(folder);
    renameSync(join(home, 'moved'), folder);
  });

  it('is told of as it is where its folder was moved, and its disk is no folder', async () => {
    qemu.behave('switches itself off');
    const { disk } = await create();
    expect(await run('vm', 'run', 'vm-17', '--disk', disk)).toMatchObject({
      ...{ code: 3, said: expect.stringContaining(`${disk} holds no VM that gild vm create made`) },
    });
    const moved = join(home, 'moved');
    renameSync(folder, moved);
    const vm = await json('vm', 'run', 'vm-17', '--disk', moved);
    expect(vm).toMatchObject({
      folder: moved,
      disk: join(moved, 'disk.qcow2'),
      seed: join(moved, 'seed.img'),
    });
    expect(vm.boot.join(' ')).toContain(`file=${vm.disk}`);
    renameSync(moved, folder);
  });

  it('is not said to be off, or damaged, where that cannot be told', async () => {
    const { disk } = await create();
    const failing = join(home, 'failing');
    mkdirSync(failing);
    const program = `#!/bin/sh\necho "qemu-img: ${disk}: Input/output error" >&2\nexit 1\n`;
    writeFileSync(join(failing, 'qemu-img'), program, { mode: 0o755 });
    const path = process.env['PATH'];
    process.env['PATH'] = `${failing}:${path ?? ''}`;
    for (const [deed = '', more] of [
      ['run', ''],
      ['remove', '. Nothing was removed; once you know that nobody uses the disk, delete it and repeat this'],
    ]) {
      const { code, said } = await run('vm', deed, 'vm-17');
      expect([code, said]).toStrictEqual([
        1,
        `qemu-img could not tell whether ${disk} is sound, or in use: qemu-img: ${disk}: Input/output error${more}`,
      ]);
    }
    process.env['PATH'] = path;
    expect(existsSync(disk)).toBe(true);
  });

  it('does not run here already, nor on record elsewhere', async () => {
    const { disk } = await create();
    const other = spawn('qemu-io', ['-f', 'qcow2', disk], { stdio: ['pipe', 'pipe', 'ignore'] });
    await once(other.stdout, 'data');
    expect(await run('vm', 'run', 'vm-17')).toMatchObject({
      ...{ code: 3, said: expect.stringContaining(`vm-17 runs: QEMU uses ${disk}`) },
    });
    other.stdin.end('quit\n');
    await once(other, 'close');
    await run('vm', 'start', 'vm-17', 'web', '--host', 'elm');
    expect(await run('vm', 'run', 'vm-17')).toMatchObject({
      ...{ code: 3, said: expect.stringContaining('on record as running on elm') },
    });
    await run('vm', 'stop', 'vm-17');
  });

  it('has its whole disk, and what to do is said where it has not', async () => {
    const { disk, seed } = await create();
    const anew = 'gild vm remove vm-17, then gild vm create, makes it anew';
    for (const path of [disk, seed]) {
      renameSync(path, `${path}-away`);
      expect(await run('vm', 'run', 'vm-17')).toMatchObject({
        ...{ code: 1, said: expect.stringContaining(`vm-17 has lost ${path}: put it back, or ${anew}`) },
      });
      renameSync(`${path}-away`, path);
    }
    const corrupted = readFileSync(disk);
    corrupted.writeUInt8(2, Number(corrupted.readBigUInt64BE(48)) + 6); // its first block of counts is not on a boundary
    writeFileSync(disk, corrupted.subarray(0, 100));
    expect((await run('vm', 'run', 'vm-17')).said).toMatch(/the disk of vm-17 is damaged: .*too short/);
    writeFileSync(disk, corrupted);
    expect((await run('vm', 'run', 'vm-17')).said).toMatch(/the disk of vm-17 is damaged: [^]*corrupt/);
    writeFileSync(disk, 'nonsense');
    const { code, said } = await run('vm', 'run', 'vm-17');
    expect([code, said]).toStrictEqual([
      1,
      expect.stringMatching(/the disk of vm-17 is damaged: .*not in qcow2 format/),
    ]);
    expect(said).toContain(anew);
  });

  it('has its image as it was made of it, and what brings that back is said where it has not', async () => {
    qemu.behave('fails');
    const { backing_file: image } = await create();
    const sound = readFileSync(image);
    const booted = { code: 1, said: expect.stringContaining('qemu: no such machine') };
    const broken = async (...mended: string[]) => {
      expect(await run('vm', 'run', 'vm-17')).toMatchObject({
        ...{ code: 1, said: expect.stringContaining(`gild ${mended.join(' ')} `) },
      });
      await run(...mended);
      expect(readFileSync(image)).toStrictEqual(sound);
      expect(await run('vm', 'run', 'vm-17')).toMatchObject(booted);
    };
    rmSync(image);
    await broken('cache', 'pull', 'web@1.0.0', '--arch', 'x86_64');
    rmSync(image);
    writeFileSync(image, Buffer.from(sound).fill(7, 100));
    await broken('cache', 'verify', 'web@1.0.0');
  });
});
