import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostArch } from '@gild/node-runtime';
import { GildHome } from '../process-tests/gild-process.js';

let home: GildHome;
beforeEach(() => {
  home = new GildHome();
});
afterEach(() => home.remove());

const WITHOUT_EMULATOR = { GILD_EMULATION: 'on', PATH: '/nowhere' };

describe('a build of another architecture on a host without its emulator', () => {
  it('ends with what to install, and leaves no version and nothing that waits', async () => {
    const build = home.start(['build', home.foreignDefinition('web')], WITHOUT_EMULATOR);
    expect(await build.exit).toBe(4);
    expect(build.stderr).toMatch(
      /^error: no agent for (aarch64|x86_64): an (x86_64|aarch64) agent with qemu-user-static could emulate it\. Install the emulator and what the boot test needs on this host \(apt-get install qemu-user-static (qemu-system-arm qemu-efi-aarch64|qemu-system-x86 ovmf)\) and build again, or /m,
    );
    const jobs = home.start(['jobs', '--json']);
    expect(await jobs.exit).toBe(0);
    expect(JSON.parse(jobs.stdout)).toMatchObject([{ status: 'failed', failure_class: 'cancelled' }]);
    const images = home.start(['versions', 'web', '--json']);
    await images.exit;
    expect(images.stdout).not.toContain('1.0.0');
  });

  it('joined by another request, leaves the build to whoever asked first', async () => {
    const up = home.start(['up'], WITHOUT_EMULATOR);
    await up.says(/farm/);
    const file = home.foreignDefinition('web');
    const first = home.start(['build', file, '--detach']);
    expect(await first.exit).toBe(0);
    const second = home.start(['build', file]);
    expect(await second.exit).toBe(4);
    expect(second.stderr).toMatch(
      / \(apt-get install [^)]+\), stop `gild up` and start it again, and build again, or /,
    );
    const jobs = home.start(['jobs', '--json']);
    await jobs.exit;
    expect(JSON.parse(jobs.stdout)).toMatchObject([{ status: 'queued', waiting_code: 'NO_EMULATOR' }]);
  });
});

it('a build of another architecture on a host whose emulator does not work ends with the reason, not with what to install', async () => {
  for (const arch of ['aarch64', 'x86_64'])
    writeFileSync(join(home.root, `qemu-${arch}-static`), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const build = home.start(['build', home.foreignDefinition('web')], {
    ...{ GILD_EMULATION: 'on', PATH: home.root },
  });
  expect(await build.exit).toBe(4);
  expect(build.stderr).toMatch(
    /^error: no agent for (aarch64|x86_64): an (x86_64|aarch64) agent would emulate it, but cannot: The emulator for \1 does not work on this host: a program that ends with 3 was tried, and .+\. Mend that and build again, or use a farm that has an agent for \1 \(GILD_URL\)\./m,
  );
  expect(build.stderr).not.toContain('apt-get install');
});

it('a build of a distribution this host has no mirror of ends at once with what to tell its agent', async () => {
  const file = join(home.root, 'el.yaml');
  writeFileSync(file, `name: el\nbase_os: rhel\nos_version: '10'\narch: ${hostArch()}\n`);
  const build = home.start(['build', file]);
  expect(await build.exit).toBe(4);
  expect(build.stderr).toMatch(
    /^error: no agent of \S+ can build rhel 10; \S+ says: Packages of rhel 10 come from no public mirror\. Tell the agent one of yours: mirrors in its agent\.yaml\. Do that and build again, or use a farm that has an agent that can \(GILD_URL\)\./m,
  );
  const jobs = home.start(['jobs', '--json']);
  await jobs.exit;
  expect(JSON.parse(jobs.stdout)).toMatchObject([{ status: 'failed', failure_class: 'cancelled' }]);
});

it('a farm that is told something else than on or off about emulation does not start', async () => {
  const build = home.start(['build', home.foreignDefinition('web')], { GILD_EMULATION: 'maybe' });
  expect(await build.exit).toBe(2);
  expect(build.stderr).toBe('error: GILD_EMULATION: expected on or off, found "maybe"\n');
});
