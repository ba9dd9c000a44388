import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GildUnderTest } from '../gild-under-test.spec.js';

const gild = new GildUnderTest();
const scriptFor = async (shell: string): Promise<string> => (await gild.run(['completion', shell])).stdout;

beforeAll(() => gild.start());
afterAll(() => gild.stop());

/** Writes a shell's script for the tests beside this call, into a folder of its own. */
const scriptFile = (shell: string) => {
  const script = { folder: '', path: '' };
  beforeAll(async () => {
    script.folder = mkdtempSync(join(tmpdir(), 'gild-completion-'));
    script.path = join(script.folder, `gild.${shell}`);
    writeFileSync(script.path, await scriptFor(shell));
  });
  afterAll(() => rmSync(script.folder, { recursive: true }));
  return script;
};

describe('completion in bash', () => {
  const script = scriptFile('bash');

  /** What a real bash would offer for the last of the words. */
  const offered = (...words: string[]): string[] => {
    const program =
      'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gild; printf "%s\\n" "${COMPREPLY[@]}"';
    const printed = execFileSync('bash', ['--norc', '-eu', '-c', program, script.path, ...words], {
      encoding: 'utf8',
    });
    return printed.split('\n').filter((word) => word !== '');
  };

  it('is set up for gild, with files where no word is known', () => {
    const printed = execFileSync('bash', ['-c', 'source "$0"; complete -p gild', script.path], {
      encoding: 'utf8',
    });
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

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const inShell = (shell: string) => (has(shell) ? describe : describe.skip);
const lines = (printed: string): string[] => printed.split('\n').filter((line) => line !== '');

/** Where the commands of the program lead, and what each place offers. */
const promises = (offered: (...words: string[]) => string[]): void => {
  it('offers the commands', () => {
    expect(offered('gild', 'ver').sort()).toStrictEqual(['verify', 'versions']);
  });

  it('offers the options of the command that was named, and no other', () => {
    expect(offered('gild', 'export', 'web', '--f').sort()).toStrictEqual(['--force', '--format']);
    expect(offered('gild', 'images', '--f')).toStrictEqual([]);
  });

  it('goes down to the commands of a command, and offers what belongs there only', () => {
    expect(offered('gild', 'registry', '')).toStrictEqual(['export']);
    expect(offered('gild', 'registry', 'export', '--').sort()).toStrictEqual(['--at', '--help', '--json']);
  });
};

inShell('fish')('completion in fish', () => {
  const script = scriptFile('fish');

  promises((...words) => {
    const program = 'source $argv[1]; complete -C "$argv[2]"';
    const printed = execFileSync('fish', ['--no-config', '-c', program, script.path, words.join(' ')], {
      encoding: 'utf8',
      cwd: script.folder,
      env: { ...process.env, HOME: script.folder },
    });
    return lines(printed).map((line) => line.split('\t')[0] ?? '');
  });
});

inShell('zsh')('completion in zsh', () => {
  const script = scriptFile('zsh');

  // What zsh's own line editor would give the function and take from it.
  promises((...words) => {
    const program = `
      compdef() { }
      _files() { }
      _describe() { for entry in "\${(@P)2}"; do [[ $entry == "$PREFIX"* ]] && print -r -- "\${entry%%:*}"; done; true }
      source "$1"; shift
      words=("$@") CURRENT=$# PREFIX=$argv[-1]
      _gild`;
    return lines(
      execFileSync('zsh', ['-f', '-c', program, 'zsh', script.path, ...words], { encoding: 'utf8' }),
    );
  });
});

describe('completion', () => {
  it('knows every command in zsh', async () => {
    const script = await scriptFor('zsh');
    expect(script).toContain("'registry>export') at='registry export' ;;");
    expect(script).toContain("'versions:list the versions of an image, newest first'");
  });

  it('knows every command in fish', async () => {
    const script = await scriptFor('fish');
    expect(script).toContain(String.raw`complete -c gild -n '__gild_at \'registry export\'' -l at -r -d`);
  });

  it('names the shells it knows', async () => {
    expect(await gild.run(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      said: 'expected bash, zsh or fish, found "tcsh"',
    });
  });
});
