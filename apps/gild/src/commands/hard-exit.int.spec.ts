import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { GildUnderTest } from '../gild-under-test.spec.js';
import { GildHome } from '../process-tests/gild-process.js';

import.meta.jest.setTimeout(60_000); // starts processes, one of which starts a machine

let home: GildHome;
let programs: string;
beforeEach(() => {
  home = new GildHome();
  programs = join(home.root, 'programs');
  mkdirSync(programs);
});
afterEach(() => home.remove());

const until = async (look: () => boolean): Promise<void> => {
  while (!look()) await pause(10);
};
const program = (name: string, script: string): void => {
  writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(programs, name), 0o755);
};
const path = () => `${programs}${delimiter}${process.env['PATH'] ?? ''}`;
const isRunning = (pid: string): boolean => existsSync(`/proc/${pid}`);

it('a second Ctrl-C leaves nothing of a boot', async () => {
  const disk = join(home.root, 'empty.raw');
  writeFileSync(disk, '');
  truncateSync(disk, 1 << 20);
  const scratch = join(home.root, 'tmp');
  mkdirSync(scratch);
  const boot = home.start(['test-boot', disk, '--firmware', 'bios'], { TMPDIR: scratch });
  const left = () => readdirSync(scratch).filter((name) => name.startsWith('gild-'));
  await until(() => left().some((name) => readdirSync(join(scratch, name)).length > 0));
  boot.signal('SIGINT');
  boot.signal('SIGTERM'); // two signals of one kind would be one while the first waits
  expect(await boot.exit).toBe(130);
  expect(left()).toStrictEqual([]);
});

describe('a conversion', () => {
  const gild = new GildUnderTest();
  beforeAll(() => gild.start());
  afterAll(() => gild.stop());
  beforeEach(() => {
    gild.answer = (_, response) => {
      const headers = { 'content-length': 0, 'gild-format': 'qcow2', 'gild-compressed': 'false' };
      response.writeHead(200, { ...headers, 'gild-sha256': NOTHING }).end();
    };
  });
  const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const exporting = (env: NodeJS.ProcessEnv) =>
    home.start(['export', 'web', '-o', join(home.root, 'web'), '--format', 'raw'], {
      GILD_URL: gild.url,
      ...env,
    });

  it('ends with the program, however that ends', async () => {
    const pidFile = join(home.root, 'pid');
    program('qemu-img', `echo $$ >'${pidFile}'; exec sleep 1000`);
    const killed = exporting({ PATH: path() });
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').endsWith('\n'));
    killed.signal('SIGKILL');
    await killed.exit;
    await until(() => !isRunning(readFileSync(pidFile, 'utf8').trim()));
  });

  it('for which the program is missing ends with 4', async () => {
    program('setpriv', `PATH='${programs}'; exec /usr/bin/setpriv "$@"`);
    const failed = exporting({ PATH: path() });
    expect(await failed.exit).toBe(4);
    expect(failed.stderr).toBe(
      'error: --format needs the program qemu-img, which was not found; run `gild doctor`\n',
    );
  });
});
