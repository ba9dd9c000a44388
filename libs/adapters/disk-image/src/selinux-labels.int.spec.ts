import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sandbox } from '@gild/ports';
import { linuxSandbox } from '@gild/sandbox-linux';
import { diskAssembler } from './disk-assembler.js';
import { LAYOUT } from './disk-layout.js';

const PATIENCE_MS = 120_000;
const sandbox = linuxSandbox();
let home: string;
let logged = '';
const log = (chunk: Uint8Array) => void (logged += Buffer.from(chunk).toString());

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-labels-'));
  await chmod(home, 0o755);
});
afterAll(() => sandbox.remove(home), PATIENCE_MS);

/** The smallest machine with a policy: exact paths, patterns, kinds of file, an alias of a folder, and files without a label. */
const MACHINE = `
mkdir -p boot etc/selinux/targeted/contexts/files usr/bin usr/lib64 var/lib/web var/lib/none srv/alias
printf kernel >boot/vmlinuz-1.2.3; printf initramfs >boot/initramfs-1.2.3.img
printf 'SELINUX=enforcing\\nSELINUXTYPE=targeted\\n' >etc/selinux/config
cat >etc/selinux/targeted/contexts/files/file_contexts <<'END'
/.* system_u:object_r:default_t:s0
/ -d system_u:object_r:root_t:s0
/usr/.* system_u:object_r:usr_t:s0
/usr/bin(/.*)? system_u:object_r:bin_t:s0
/usr/bin/passwd -- system_u:object_r:passwd_exec_t:s0
/var/lib/web(/.*)? system_u:object_r:web_var_t:s0
/var/lib/none/.* <<none>>
/etc/shadow.* -- system_u:object_r:shadow_t:s0
END
printf '/srv/alias /var/lib/web\\n' >etc/selinux/targeted/contexts/files/file_contexts.subs_dist
printf x >usr/bin/passwd; ln -s passwd usr/bin/link; printf x >var/lib/web/page; printf x >var/lib/none/any; printf x >srv/alias/page
printf x >etc/shadow; printf x >usr/bin/ping; setcap cap_net_raw+ep usr/bin/ping
printf x >'var/lib/web/with "quotes" and spaces'; printf x >var/lib/web/umlaut-ä
find . -exec touch -h -d @1700000000 {} +
`;

const disk = async (name: string, script: string, using: Sandbox = sandbox): Promise<string> => {
  const [tree, workDir] = [join(home, name), join(home, `work-${name}`)];
  await mkdir(tree);
  await mkdir(workDir);
  const argv = ['/bin/sh', '-euc', `cd "$GILD_ROOT"\n${script}`];
  expect((await sandbox.run({ argv, lower: [], upper: tree, root: 'host' })).exitCode).toBe(0);
  const spec = {
    lower: [tree],
    arch: 'x86_64',
    virtualSizeBytes: 2 ** 29,
    format: 'raw',
    compression: false,
  } as const;
  const signal = new AbortController().signal;
  const context = { workDir, cacheDir: workDir, log, signal, idleLimitMs: 60_000 };
  const image = { ...spec, seed: '5e'.repeat(32), outputPath: join(home, `${name}.raw`) };
  try {
    await diskAssembler({ sandbox: using }).assemble(image, context);
  } finally {
    expect(await readdir(workDir)).toStrictEqual([]);
  }
  return image.outputPath;
};

const inRoot = (path: string, command: string) =>
  spawnSync('debugfs', ['-R', command, `${path}?offset=${LAYOUT.root.offset}`], { encoding: 'utf8' });
const labelOf = (path: string, file: string) =>
  /security\.selinux.* = "system_u:object_r:(\w+):s0\\000"/.exec(
    inRoot(path, `ea_list "${file}"`).stdout,
  )?.[1];

it(
  'labels every file as the policy in the tree says',
  async () => {
    const path = await disk('machine', MACHINE);
    const files = {
      '/': 'root_t',
      '/etc/shadow': 'shadow_t',
      '/usr/lib64': 'usr_t',
      '/usr/bin': 'bin_t',
      '/usr/bin/link': 'bin_t',
      '/usr/bin/passwd': 'passwd_exec_t',
      '/usr/bin/ping': 'bin_t',
      '/var/lib/web/page': 'web_var_t',
      '/srv/alias/page': 'web_var_t',
      '/var/lib/web/with ""quotes"" and spaces': 'web_var_t',
      '/var/lib/web/umlaut-ä': 'web_var_t',
      '/boot/vmlinuz-1.2.3': 'default_t',
      '/etc/fstab': 'default_t',
      '/boot/grub/grub.cfg': 'default_t',
      '/var/lib/none/any': undefined,
    };
    const found = Object.fromEntries(Object.keys(files).map((file) => [file, labelOf(path, file)]));
    expect(found).toStrictEqual(files);
    expect(inRoot(path, 'ea_get -x /usr/bin/ping security.capability').stdout).toContain('01 00 00 02');
    expect(inRoot(path, 'cat /boot/grub/grub.cfg').stdout).toContain('initrd /boot/initramfs-1.2.3.img\n');
    const check = spawnSync('e2fsck', ['-fn', `${path}?offset=${LAYOUT.root.offset}`], { encoding: 'utf8' });
    expect(check.status).toBe(0);
  },
  PATIENCE_MS,
);
it(
  'is the same twice',
  async () => {
    const [one, two] = [await disk('one', MACHINE), await disk('two', MACHINE)];
    expect(spawnSync('cmp', [one, two]).status).toBe(0);
  },
  PATIENCE_MS,
);
it(
  'refuses a name that no label can be given to',
  async () => {
    const odd = disk('odd', `${MACHINE}\n: >"var/$(printf 'a\\nb')"`);
    await expect(odd).rejects.toThrow("b'/var/a\\nb' has a line break in its name");
  },
  PATIENCE_MS,
);
it(
  'leaves a tree without a policy as it is',
  async () => {
    const path = await disk('plain', `${MACHINE}\nrm -r etc/selinux`);
    expect(labelOf(path, '/usr/bin/passwd')).toBeUndefined();
  },
  PATIENCE_MS,
);
it(
  'says every few thousand files how far it is',
  async () => {
    logged = '';
    await disk('many', `${MACHINE}\nmkdir var/many; cd var/many; seq 5000 | xargs touch`);
    expect(logged).toContain('Found the labels of 5000 files\n');
    expect(logged).toMatch(/\nWriting SELinux labels of \d+ files\nWrote the labels of 5000 files\n/);
  },
  PATIENCE_MS,
);
it(
  'is ended when it says nothing for the limit',
  async () => {
    const silent = join(home, 'silent');
    await mkdir(silent);
    await writeFile(join(silent, 'labels.py'), 'import time\ntime.sleep(3600)\n');
    const hanging: Sandbox = {
      ...sandbox,
      run: ({ binds = [], idleLimitMs, ...run }) => {
        const isLabelling = binds.some(({ target }) => target === '/run/gild/program');
        const shown = binds.map((it) => (it.target === '/run/gild/program' ? { ...it, source: silent } : it));
        const limit = idleLimitMs === undefined ? {} : { idleLimitMs: isLabelling ? 300 : idleLimitMs };
        return sandbox.run({ ...run, binds: shown, ...limit });
      },
    };
    await expect(disk('hanging', MACHINE, hanging)).rejects.toMatchObject({ code: 'BUILD_SILENT' });
  },
  PATIENCE_MS,
);
