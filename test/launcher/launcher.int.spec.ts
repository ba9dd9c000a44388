import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../e2e/until.js';
import { Checkout } from './checkout.js';

const printed = (...args: readonly string[]) => `${JSON.stringify(args)}\n`;

let checkout: Checkout;
beforeEach(() => (checkout = new Checkout()));
afterEach(() => {
  checkout.remove();
});

describe('a checkout that is set up', () => {
  beforeEach(() => checkout.installed());

  it('starts the program with the arguments as they were given, and says nothing itself', async () => {
    const args = ['show', '', 'two words', '$HOME', '*', '-x'];
    expect(await checkout.start(args)).toEqual({ code: 0, stdout: printed(...args), stderr: '' });
    expect(checkout.calls()).toEqual([]);
  });

  it('is found through links to links, relative and absolute', async () => {
    const inner = checkout.link('links/inner', join(checkout.root, 'gild'));
    const launcher = checkout.link('gild-link', 'links/inner');
    expect(await checkout.start(['images'], { launcher: inner })).toMatchObject({
      code: 0,
      stdout: printed('images'),
    });
    expect(await checkout.start(['images'], { launcher })).toMatchObject({
      code: 0,
      stdout: printed('images'),
    });
  });

  it('keeps the folder it was called in', async () => {
    checkout.write('apps/gild/dist/main.js', 'console.log(process.cwd())');
    expect(await checkout.start([], { cwd: '/usr' })).toMatchObject({ stdout: '/usr\n' });
  });

  it('starts from a checkout that cannot be written to', async () => {
    const readOnly = `mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && exec "$1/gild" images`;
    const stdout = execFileSync('unshare', ['-rm', 'sh', '-c', readOnly, 'sh', checkout.root], {
      encoding: 'utf8',
    });
    expect(stdout).toBe(printed('images'));
  });
});

describe('npm dependencies', () => {
  it('are installed when absent, said on stderr only', async () => {
    const { code, stdout, stderr } = await checkout.start(['images', '--json']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: printed('images', '--json') });
    expect(stderr).toMatch(/^gild: installing npm dependencies .*\n$/);
    expect(checkout.calls()).toEqual([expect.stringContaining('npm ci --ignore-scripts')]);
  });

  it('are installed once, not at every start', async () => {
    await checkout.start([]);
    expect(await checkout.start([])).toMatchObject({ code: 0, stderr: '' });
    expect(checkout.calls()).toHaveLength(1);
  });

  it('are installed again when an installation was cut short', async () => {
    checkout.write('node_modules/half-a-package/index.js', '');
    expect(await checkout.start([])).toMatchObject({ code: 0 });
    expect(checkout.calls()).toHaveLength(1);
  });

  it('are installed again when the lockfile has changed', async () => {
    checkout.installed().write('package-lock.json', '{"second":true}');
    expect(await checkout.start([])).toMatchObject({ code: 0 });
    expect(checkout.calls()).toHaveLength(1);
  });

  it('are installed again when the lockfile is another one, however new the installation is', async () => {
    checkout.installed().write('package-lock.json', '{"second":true}');
    const past = new Date('2020-01-01');
    utimesSync(join(checkout.root, 'package-lock.json'), past, past);
    checkout.write('node_modules/.package-lock.json', '{}');
    expect(await checkout.start([])).toMatchObject({ code: 0 });
    expect(checkout.calls()).toHaveLength(1);
  });

  it('that were installed by hand are taken as they are', async () => {
    checkout.installed();
    rmSync(join(checkout.root, 'node_modules/.gild-lock'));
    const past = new Date('2020-01-01');
    utimesSync(join(checkout.root, 'package-lock.json'), past, past);
    checkout.write('node_modules/.package-lock.json', '{}');
    expect(await checkout.start([])).toMatchObject({ code: 0, stderr: '' });
    expect(checkout.calls()).toEqual([]);
  });

  it('are installed by one of two that start at once, while the other waits', async () => {
    const gate = checkout.program('gate', '');
    execFileSync('sh', ['-c', 'rm "$1" && mkfifo "$1"', 'sh', gate]);
    checkout.program(
      'npm',
      `read go <'${gate}'; echo npm >>"$CALLS"; mkdir -p node_modules/.bin
      ln -sf '${process.execPath}' node_modules/.bin/node`,
    );
    const release = (stderr: string) => {
      if (stderr.includes('waiting for another start')) writeFileSync(gate, 'go\n');
    };
    const both = await Promise.all([
      checkout.start(['one'], { heard: release }),
      checkout.start(['two'], { heard: release }),
    ]);
    expect(both).toMatchObject([
      { code: 0, stdout: printed('one') },
      { code: 0, stdout: printed('two') },
    ]);
    expect(checkout.calls()).toEqual(['npm']);
  });

  it('stop arriving at once on Ctrl-C, however long npm would take to tidy up', async () => {
    const neverOpened = join(checkout.root, 'never-opened');
    execFileSync('mkfifo', [neverOpened]);
    checkout.program('npm', `echo $$ >>"$CALLS"; trap '' INT TERM; kill -INT 0; read go <'${neverOpened}'`);
    expect(await checkout.start(['images'])).toMatchObject({ code: 130, stdout: '' });
    const npm = `/proc/${checkout.calls().join()}/cmdline`;
    // What is killed is there until the system has taken note.
    await until(() => Promise.resolve(!existsSync(npm) || readFileSync(npm, 'utf8') === ''));
  });

  it('stay absent under GILD_NO_INSTALL, with the command to run', async () => {
    const { code, stdout, stderr } = await checkout.start(['images'], { env: { GILD_NO_INSTALL: '1' } });
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('npm ci --ignore-scripts');
    expect(checkout.calls()).toEqual([]);
  });

  it('show why npm failed', async () => {
    checkout.program('npm', 'echo "npm error the registry is asleep" >&2; exit 1');
    const { code, stderr } = await checkout.start(['images']);
    expect(code).toBe(4);
    expect(stderr).toContain('the registry is asleep');
  });
});

describe('host tools', () => {
  beforeEach(() => checkout.installed());
  const bringsTool = (name: string) => `echo "apt-get $*" >>"$CALLS"
    case "$*" in *install*) printf '#!/bin/sh\\n' >"\${0%/*}/${name}"; chmod +x "\${0%/*}/${name}" ;; esac`;

  it('that are missing are named with the one command to run, when the user may not install', async () => {
    const { code, stdout, stderr } = await checkout.start(['build', 'x.yaml', '--json']);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('build needs Debian packages that are not installed');
    expect(stderr).toMatch(/apt-get install -y --no-install-recommends imaginary-package\n/);
    expect(checkout.calls()).toEqual([]);
  });

  it('are installed for root, who is told which', async () => {
    checkout.actAs('0');
    checkout.program('apt-get', bringsTool('imaginary-tool'));
    const { code, stdout, stderr } = await checkout.start(['--json', 'build', 'x.yaml']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: printed('--json', 'build', 'x.yaml') });
    expect(stderr).toContain('imaginary-package');
    expect(checkout.calls().at(-1)).toMatch(/^apt-get .*install .*imaginary-package$/);
  });

  it('that apt-get does not bring end the start', async () => {
    checkout.actAs('0');
    checkout.program('apt-get', bringsTool('another-tool'));
    expect(await checkout.start(['build', 'x.yaml'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('still missing') as string,
    });
  });

  it.each([['images'], ['validate', 'x.yaml'], ['build', '--help'], ['help', 'build'], ['--version'], []])(
    'are not asked for by: gild %s %s',
    async (...args) => {
      const given = args.filter((arg) => typeof arg === 'string');
      expect(await checkout.start(given)).toEqual({ code: 0, stdout: printed(...given), stderr: '' });
    },
  );

  it('are not asked for when the farm is elsewhere', async () => {
    expect(await checkout.start(['build', 'x.yaml'], { env: { GILD_URL: 'http://farm' } })).toMatchObject({
      code: 0,
    });
  });

  it.each([
    ['x86_64', 'imaginary-package package-for-pcs'],
    ['aarch64', 'imaginary-package package-for-arm'],
    ['riscv64', 'imaginary-package'],
  ])('are those that a host which calls itself %s needs', async (machine, packages) => {
    checkout.program('uname', `[ "$*" = -m ] && echo ${machine}`);
    checkout.write(
      'tools/host-tools.txt',
      `imaginary-tool      imaginary-package  build,plan
imaginary-pc-tool   package-for-pcs    build  x86_64
imaginary-arm-tool  package-for-arm    build  aarch64
another-arm-tool    another-package    test   x86_64\n`,
    );
    const { code, stderr } = await checkout.start(['build', 'x.yaml']);
    expect(code).toBe(4);
    expect(stderr).toMatch(new RegExp(` --no-install-recommends ${packages}\\n$`));
  });

  it('stay missing under GILD_NO_INSTALL even for root', async () => {
    checkout.actAs('0');
    expect(await checkout.start(['plan', 'x.yaml'], { env: { GILD_NO_INSTALL: '1' } })).toMatchObject({
      code: 4,
    });
    expect(checkout.calls()).toEqual([]);
  });
});

describe('npm test', () => {
  it('ends with the sums also when its set-up fails', async () => {
    checkout.program('npm', 'exit 1');
    expect(await checkout.start([], { launcher: checkout.testScript() })).toMatchObject({
      code: 4,
      stdout: '0 passed, 1 failed\n',
    });
  });
});

describe('Node', () => {
  it('of the system is refused when it is too old and none comes with Gild', async () => {
    checkout.write('node_modules/.gild-lock', '{"first":true}');
    checkout.program('node', 'echo v20.20.2');
    expect(await checkout.start(['images'])).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('needs 24.9 or newer on PATH (found: v20.20.2)') as string,
    });
  });

  it('of the system serves when it is recent and none comes with Gild', async () => {
    checkout.write('node_modules/.gild-lock', '{"first":true}');
    checkout.program('node', `[ "$1" = --version ] && echo v24.9.0 && exit; exec '${process.execPath}' "$@"`);
    expect(await checkout.start(['images'])).toMatchObject({ code: 0, stdout: printed('images') });
  });
});
