import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GildUnderTest } from '../gild-under-test.spec.js';

const gild = new GildUnderTest();
const scriptFor = async (shell: string): Promise<string> => (await gild.run(['completion', shell])).stdout;

beforeAll(() => gild.start());
afterAll(() => gild.stop());

describe('completion in bash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gild-completion-'));
  const path = join(folder, 'gild.bash');
  beforeAll(async () => writeFileSync(path, await scriptFor('bash')));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What a real bash would offer for the last of the words. */
  const offered = (...words: string[]): string[] => {
    const program =
      'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gild; printf "%s\\n" "${COMPREPLY[@]}"';
    const printed = execFileSync('bash', ['--norc', '-eu', '-c', program, path, ...words], {
      encoding: 'utf8',
    });
    return printed.split('\n').filter((word) => word !== '');
  };

  it('is set up for gild, with files where no word is known', () => {
    const printed = execFileSync('bash', ['-c', 'source "$0"; complete -p gild', path], { encoding: 'utf8' });
    expect(printed).toBe('complete -o default -F _gild gild\n');
  });

  it('offers the commands', () => {
    expect(offered('gild', 'ver')).toStrictEqual(['versions', 'verify']);
    expect(offered('gild', '')).toStrictEqual(expect.arrayContaining(['build', 'completion', 'up']));
  });

  it('offers the options of the command that was named, and no other', () => {
    expect(offered('gild', 'export', 'web', '--f')).toStrictEqual(['--format', '--force']);
    expect(offered('gild', 'images', '--f')).toStrictEqual([]);
  });

  it('goes down to the commands of a command', () => {
    expect(offered('gild', 'registry', '')).toStrictEqual(['export']);
    expect(offered('gild', 'registry', 'export', '--a')).toStrictEqual(['--at']);
  });

  it('leaves files to bash', () => {
    expect(offered('gild', 'build', 'exam')).toStrictEqual([]);
  });
});

describe('completion in other shells', () => {
  it('knows every command in zsh', async () => {
    const script = await scriptFor('zsh');
    expect(script).toContain("'registry>export') at='registry export' ;;");
    expect(script).toContain("'versions:list the versions of an image, newest first'");
  });

  it('knows every command in fish', async () => {
    const script = await scriptFor('fish');
    expect(script).toContain(
      "complete -c gild -n '__fish_seen_subcommand_from registry; and __fish_seen_subcommand_from export' -l at -r -d",
    );
  });

  it('names the shells it knows', async () => {
    expect(await gild.run(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      said: 'expected bash, zsh or fish, found "tcsh"',
    });
  });
});
