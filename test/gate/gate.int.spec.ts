import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const bin = (name: string) => join(root, 'node_modules/.bin', name);

type Outcome = { code: number; output: string };

const run = (program: string, args: readonly string[], workspaceData: string) =>
  new Promise<Outcome>((resolve) => {
    const env = {
      ...process.env,
      NX_DAEMON: 'false',
      NX_WORKSPACE_DATA_DIRECTORY: workspaceData,
      NX_CACHE_DIRECTORY: join(workspaceData, 'cache'),
    };
    execFile(bin(program), args, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
        output: stdout + stderr,
      });
    });
  });

describe('the lint gate', () => {
  let cold: string;
  beforeEach(() => (cold = mkdtempSync(join(tmpdir(), 'gild-gate-'))));
  afterEach(() => {
    rmSync(cold, { recursive: true, force: true });
  });
  const gate = (folder: string) => run('nx', ['run', 'gild:gate', `--path=test/gate/${folder}`], cold);

  it('lets code pass that keeps the rules, from a cold project graph', async () => {
    const { code, output } = await gate('sound');
    expect({ code, output }).toMatchObject({ code: 0 });
  }, 120_000);

  it('stops code that breaks them, whatever its comments ask for', async () => {
    const { code, output } = await gate('broken');
    expect(code).not.toBe(0);
    for (const complaint of [
      'A project tagged with "layer:domain" can only depend on libs tagged with "layer:domain"',
      'A project tagged with "scope:registry" can only depend on libs tagged with',
      'A project tagged with "layer:domain" is not allowed to import "@nestjs/common"',
      "'node:fs' import is restricted from being used by a pattern. This layer knows no platform",
      'What its index.ts does not name is private',
      "Unexpected use of 'Date'. Time arrives as data",
      "'Math.random' is restricted from being used",
      'Export by name',
      '@typescript-eslint/no-explicit-any',
      '@typescript-eslint/no-floating-promises',
      '@typescript-eslint/switch-exhaustiveness-check',
      '@typescript-eslint/max-params',
    ])
      expect(output.toLowerCase()).toContain(complaint.toLowerCase());
  }, 120_000);

  it('refuses to run without a project graph, when the boundary rule would be skipped', async () => {
    const { code, output } = await run('eslint', ['--no-ignore', 'test/gate/sound'], cold);
    expect(code).toBe(2);
    expect(output).toContain('No cached ProjectGraph');
  }, 60_000);
});
