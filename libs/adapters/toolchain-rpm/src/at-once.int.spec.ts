import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FEDORA_43, rpmMirror } from '@gild/testing';
import { dnfWorkspace } from './dnf-workspace.js';
import {
  context,
  home,
  LIMIT_MS,
  log,
  optionsOf,
  recipe,
  sandbox,
  target,
  toolchainOf,
} from './toolchain-under-test.spec.js';

const base = { packageState: '', repositories: [] };
const TOOL = recipe('tool', { packages: ['tool'] });

const asked = Promise.withResolvers<undefined>();
const released = Promise.withResolvers<undefined>();
const mirror = await rpmMirror(async (path) => {
  if (!path.endsWith('.rpm')) return;
  asked.resolve(undefined);
  await released.promise;
});
const toolchain = toolchainOf(mirror);
const resolve = async (idleLimitMs: number) =>
  toolchain.resolve(target, [TOOL], { ...(await context({ idleLimitMs })), base });

const indexesOf = () => {
  const indexes = join(home, 'cache/fedora/indexes');
  return join(indexes, readdirSync(indexes)[0] ?? '', 'index');
};

/** Runs a program beside that of the repositories. */
const telling = (program: string) => {
  const assets = fileURLToPath(new URL('../assets', import.meta.url));
  const whole = `import sys\nsys.path.append(sys.argv[1])\n${program}`;
  return spawnSync('python3', ['-I', '-B', '-c', whole, assets], { encoding: 'utf8' });
};

beforeAll(() => {
  const packages = [{ name: 'tool', files: { '/usr/bin/tool': '' } }];
  mirror.hold({ packages, folders: FEDORA_43.folders });
}, LIMIT_MS);

afterAll(async () => {
  mirror.close();
  await sandbox.remove(home);
}, LIMIT_MS);

it(
  'chooses packages while another build downloads its own, however long that takes',
  async () => {
    const [resolved = { packages: [] }] = await resolve(60_000);
    const fetching = toolchain.fetch(
      { target, recipe: TOOL, resolved, repositoriesBelow: [] },
      await context(),
    );
    await asked.promise;
    try {
      expect(await resolve(5_000)).toStrictEqual([resolved]);
    } finally {
      released.resolve(undefined);
    }
    await fetching;
  },
  LIMIT_MS,
);

it(
  'says that it waits for another that reads the same indexes',
  async () => {
    const lock = join(indexesOf(), 'lock');
    const holder = spawn('flock', [lock, 'sh', '-c', 'echo held; exec cat'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(holder.stdout, 'data');
    const waiting = 'Waiting for another build that reads these package indexes\n';
    const parts = {
      idleLimitMs: 10_000,
      log: (chunk: Uint8Array) => {
        log.text += Buffer.from(chunk).toString();
        if (log.text.includes(waiting)) holder.stdin.end();
      },
    };
    log.text = '';
    try {
      await toolchain.resolve(target, [TOOL], { ...(await context(parts)), base });
    } finally {
      holder.stdin.end();
    }
    expect(log.text).toContain(waiting);
  },
  LIMIT_MS,
);

it(
  'knows the state of the repositories also in the moment another replaces an index',
  async () => {
    const { workshop } = mirror;
    const options = optionsOf(mirror);
    const dnf = await dnfWorkspace({ options, context: await context() }, { target, repositories: [] });
    await dnf.refresh(0);
    const state = await dnf.state();
    for (const name of readdirSync(indexesOf()).filter((it) => /^(fedora|updates)-[0-9a-f]{16}$/.test(it)))
      await sandbox.remove(join(indexesOf(), name, 'repodata'));
    expect(await dnf.state()).toBe(state);
    await dnf.refresh(0);
    expect(await dnf.state()).toBe(state);
    workshop.publish(FEDORA_43.folders[1], [workshop.make({ name: 'new', files: { '/new': '' } })]);
    await dnf.refresh(0);
    expect(await dnf.state()).not.toBe(state);
  },
  LIMIT_MS,
);

it('prints no user or password of a mirror', () => {
  const program = `from telling import discreet
discreet()
print("http://ada:secret@m.invalid/x is away")
raise SystemError("http://ada:secret@m.invalid/y")
`;
  const { stdout, stderr } = telling(program);
  expect(stdout).toBe('http://m.invalid/x is away\n');
  expect(stderr).toMatch(/SystemError: http:\/\/m\.invalid\/y\n$/);
});

it('says every few seconds how far a download is', () => {
  const program = `from telling import Told
now = 0
told = Told(lambda: now)
for now in range(12):
    told.progress("tool.rpm", now * 1e6)
told.end("tool.rpm", 0, None)
`;
  expect(telling(program).stdout).toBe('tool.rpm: 5.0 MB so far\ntool.rpm: 10.0 MB so far\ntool.rpm\n');
});
