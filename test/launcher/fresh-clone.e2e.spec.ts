import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');
const left = new Set(['node_modules', 'dist', '.nx', '.git', '.gild']);

type Ended = { stdout: string; stderr: string };

describe('a fresh clone', () => {
  const temp = mkdtempSync(join(tmpdir(), 'gild clone '));
  const clone = join(temp, 'gild');
  beforeAll(() => {
    cpSync(repository, clone, { recursive: true, filter: (source) => !left.has(basename(source)) });
  });
  afterAll(() => {
    rmSync(temp, { recursive: true, force: true });
  });

  const gild = (...args: readonly string[]): Ended => {
    const errors = join(temp, 'stderr');
    const stdout = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>"$ERRORS"', join(clone, 'gild'), ...args], {
      encoding: 'utf8',
      env: { PATH: '/usr/bin:/bin', ERRORS: errors },
    });
    return { stdout, stderr: execFileSync('cat', [errors], { encoding: 'utf8' }) };
  };

  it('sets itself up and answers, having said what it does in two lines', () => {
    const { stdout, stderr } = gild('--version');
    expect(stdout).toContain('0.1.0');
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining('installing npm dependencies'),
      expect.stringContaining('compiling'),
    ]);
  });

  it('has nothing left to do at the second start', () => {
    expect(gild('--version').stderr).toBe('');
  });

  it('compiles again when a source has changed, and only then', () => {
    appendFileSync(join(clone, 'apps/gild/src/main.ts'), '\n');
    expect(gild('--version').stderr).toContain('compiling');
    expect(gild('--version').stderr).toBe('');
  });

  it('compiles again when compiled code was thrown away', () => {
    rmSync(join(clone, 'libs/kernel/dist'), { recursive: true });
    expect(gild('--version').stderr).toContain('compiling');
    expect(existsSync(join(clone, 'libs/kernel/dist/index.js'))).toBe(true);
  });

  it('does not compile for a changed test', () => {
    const now = new Date();
    utimesSync(join(clone, 'apps/gild/src/program.unit.spec.ts'), now, now);
    expect(gild('--version').stderr).toBe('');
  });
});
