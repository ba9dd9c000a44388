import { chmod, mkdir, mkdtemp, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faultCode } from '@gild/ports';
import { layerArchiver } from './layer-archiver.js';
import { linuxSandbox } from './linux-sandbox.js';

const sandbox = linuxSandbox();
const archiver = layerArchiver(sandbox);
const { signal } = new AbortController();
let home: string;

const PROGRAM = fileURLToPath(new URL('../test-programs/xattrs.pl', import.meta.url));
const XATTRS = '/run/xattrs.pl';
const CAP_NET_RAW = '0100000200200000000000000000000000000000';
/** Access for the user 77 besides owner, group and others. */
const ACL =
  '02000000' +
  '01000600ffffffff' +
  '020004004d000000' +
  '04000400ffffffff' +
  '10000400ffffffff' +
  '20000400ffffffff';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'gild-archiver-'));
  await chmod(home, 0o755);
});
afterEach(async () => sandbox.remove(home));

const folder = async (name: string) => {
  await mkdir(join(home, name), { mode: 0o755 });
  return join(home, name);
};

const inTree = async (upper: string, lower: readonly string[], content: string) => {
  let output = '';
  const { exitCode } = await sandbox.run({
    argv: ['sh', '-c', `cd "$GILD_ROOT" && ${content}`],
    lower,
    ...(lower.length === 1 && upper === '' ? {} : { upper }),
    root: 'host',
    binds: [{ source: PROGRAM, target: XATTRS, readOnly: true }],
    onOutput: (chunk) => void (output += Buffer.from(chunk).toString()),
  });
  expect([exitCode, output]).toStrictEqual([0, exitCode === 0 ? output : '']);
  return output;
};

/** Everything a layer must keep, in one line per file. */
const LISTING = `find . -printf '%p %y %m %U %G %l %T@ %n\\n' | sort; find . -type c -exec stat -c '%n %t:%T' {} +; cat etc/h1; perl ${XATTRS} list | grep -v 'overlay.\\(origin\\|impure\\|uuid\\)'`;

/** An overlay upper with every kind of change. */
const makeLayer = async () => {
  const base = await folder('base');
  await inTree(base, [], 'mkdir -p etc gone/deep; echo a > etc/a; echo keep > gone/deep/x; chown -R 0:0 .');
  const upper = await folder('upper');
  await inTree(
    upper,
    [base],
    `rm etc/a; rm -r gone; mkdir gone; echo new > gone/new; echo t > etc/h1; ln etc/h1 etc/h2; ln -s ../etc/h1 etc/s; ` +
      `cp /bin/true etc/cap; chown 33:4242 etc/h1; perl ${XATTRS} set etc/cap security.capability ${CAP_NET_RAW}; chmod 4755 etc/h2; mkfifo etc/pipe; ` +
      `perl ${XATTRS} set gone/new system.posix_acl_access ${ACL}; touch -d '2001-02-03 04:05:06.789' etc/s etc/h1; touch 'etc/odd\nname'`,
  );
  return { base, upper };
};

it('brings back owners, modes, links, times, capabilities, whiteouts and hidden folders', async () => {
  const { base, upper } = await makeLayer();
  const archive = await archiver.pack(upper, join(home, 'layer.tar.zst'), signal);
  const copy = join(home, 'copy');
  await archiver.unpack(archive, copy, signal);
  const [before, after] = [await inTree('', [upper], LISTING), await inTree('', [copy], LISTING)];
  expect(before).toContain('security.capability');
  expect(before).toContain('user.overlay.opaque');
  expect(before).toContain('system.posix_acl_access');
  expect(before).toMatch(/^\.\/etc\/a 0:0$/m);
  expect(after).toBe(before);
  expect(await inTree(await folder('over'), [base, copy], 'ls gone etc')).toBe(
    'etc:\ncap\nh1\nh2\nodd\nname\npipe\ns\n\ngone:\nnew\n',
  );
}, 60_000);

it('gives the same bytes for the same tree unpacked elsewhere', async () => {
  const { upper } = await makeLayer();
  const first = await archiver.pack(upper, join(home, 'first'), signal);
  await archiver.unpack(first, join(home, 'copy'), signal);
  const second = await archiver.pack(join(home, 'copy'), join(home, 'second'), signal);
  expect(second.sha256).toBe(first.sha256);
  expect(second.sizeBytes).toBe((await readFile(second.path)).length);
});

describe('a damaged archive', () => {
  const packed = async () => {
    const tree = await folder('tree');
    await writeFile(join(tree, 'file'), 'content '.repeat(1000));
    return archiver.pack(tree, join(home, 'layer'), signal);
  };
  it('is refused when its bytes unpack well but are not the expected ones', async () => {
    const archive = { ...(await packed()), sha256: '0'.repeat(64) };
    const error = await archiver.unpack(archive, join(home, 'out'), signal).catch((cause) => cause);
    expect(faultCode(error)).toBe('LAYER_DAMAGED');
    expect(await readdir(home)).not.toContain('out');
  });
  it('is refused when it is cut short', async () => {
    const archive = await packed();
    await truncate(archive.path, archive.sizeBytes - 10);
    const error = await archiver.unpack(archive, join(home, 'out'), signal).catch((cause) => cause);
    expect(faultCode(error)).toBe('LAYER_DAMAGED');
    expect(await readdir(home)).not.toContain('out');
  });
  it('is refused when it is missing', async () => {
    const archive = { path: join(home, 'nowhere'), sha256: 'a'.repeat(64), sizeBytes: 1 };
    expect(faultCode(await archiver.unpack(archive, join(home, 'out'), signal).catch((cause) => cause))).toBe(
      'LAYER_DAMAGED',
    );
  });
});

it('leaves no half archive when it is ended', async () => {
  const tree = await folder('tree');
  const stop = new AbortController();
  const packing = archiver.pack(tree, join(home, 'layer'), stop.signal);
  stop.abort(new Error('enough'));
  await expect(packing).rejects.toThrow('enough');
  expect(await readdir(home)).toStrictEqual(['tree']);
});
