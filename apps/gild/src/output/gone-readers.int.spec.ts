import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GildHome } from '../process-tests/gild-process.js';

import.meta.jest.setTimeout(60_000); // starts several processes, each of which loads the whole farm

let home: GildHome;
beforeEach(() => (home = new GildHome()));
afterEach(() => home.remove());

const up = () => home.start(['up']).says(/Ctrl-C stops it/);
const jobs = async () => {
  const asked = home.start(['jobs', '--json']);
  await asked.exit;
  return JSON.parse(asked.stdout) as { job_id: string; status: string; failure_class?: string }[];
};
/** A build that waits for an agent, and its job. */
const waitingBuild = async () => {
  const build = home.start(['build', home.foreignDefinition('web')]);
  const [, jobId = ''] = await build.says(/: job (\S+)/);
  return { build, jobId };
};

describe('when nobody reads stderr any more', () => {
  it('Ctrl-C still cancels the build', async () => {
    await up();
    const { build, jobId } = await waitingBuild();
    build.child.stderr?.destroy();
    build.signal('SIGINT');
    expect(await build.exit).toBe(130);
    expect(build.stdout).toContain('was cancelled');
    expect(await jobs()).toMatchObject([{ job_id: jobId, status: 'failed', failure_class: 'cancelled' }]);
  });
});

describe('when nobody reads stdout any more', () => {
  it('a file that no version is still ends the program with 1', async () => {
    const file = join(home.root, 'disk.qcow2');
    writeFileSync(file, 'no disk');
    const verifying = home.start(['verify', file]);
    verifying.child.stdout?.destroy();
    expect(await verifying.exit).toBe(1);
  });

  it('a failed build still ends the program with 1, and its farm with it', async () => {
    const { build, jobId } = await waitingBuild();
    build.child.stdout?.destroy();
    expect(await home.start(['cancel', jobId]).exit).toBe(0);
    expect(await build.exit).toBe(1);
    expect(existsSync(home.socket)).toBe(false);
  });

  it('what would go on writing ends with 0', async () => {
    await up();
    const { jobId } = await waitingBuild();
    const logs = home.start(['logs', '-f', jobId, '--json']);
    await logs.says(/waits: no agent for/);
    logs.child.stdout?.destroy();
    expect(await home.start(['cancel', jobId]).exit).toBe(0);
    expect(await logs.exit).toBe(0);
  });
});
