import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

export type Ended = { code: number | null; stdout: string; stderr: string };

/** A small checkout with the real launcher, a program that prints its arguments, and stand-ins for npm and apt-get. */
export class Checkout {
  readonly #temp = mkdtempSync(join(tmpdir(), 'gild launcher '));
  readonly root = join(this.#temp, 'a check out');
  readonly #programs = join(this.#temp, 'programs');

  constructor() {
    for (const file of ['gild', 'tools/setup.sh']) cpSync(join(repository, file), join(this.root, file));
    this.write('package-lock.json', '{"first":true}');
    this.write(
      'tools/host-tools.txt',
      '# probe package users\nimaginary-tool imaginary-package build,plan\n',
    );
    this.write('apps/gild/dist/main.js', 'console.log(JSON.stringify(process.argv.slice(2)))');
    this.program(
      'npm',
      'echo "npm $*" >>"$CALLS"; mkdir -p node_modules/.bin; echo "added 1 package"\n' + this.#bringNode(),
    );
    this.program('apt-get', 'echo "apt-get $*" >>"$CALLS"');
    this.actAs('1000');
  }

  #bringNode = () =>
    `ln -sf '${process.execPath}' node_modules/.bin/node; cp package-lock.json node_modules/.package-lock.json`;

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Puts a shell script first on the launcher's PATH. */
  program(name: string, script: string): string {
    mkdirSync(this.#programs, { recursive: true });
    const file = join(this.#programs, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  /** The user id that `id -u` answers. */
  actAs(userId: string): void {
    this.program('id', `echo ${userId}`);
  }

  /** What npm would have left behind after a finished installation. */
  installed(): this {
    mkdirSync(join(this.root, 'node_modules/.bin'), { recursive: true });
    symlinkSync(process.execPath, join(this.root, 'node_modules/.bin/node'));
    cpSync(join(this.root, 'package-lock.json'), join(this.root, 'node_modules/.gild-lock'));
    return this;
  }

  calls(): string[] {
    const file = join(this.#temp, 'calls');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** Starts the launcher in a process group of its own, with hardly any environment: no HOME, no terminal. */
  start(
    args: readonly string[],
    { env = {}, launcher = join(this.root, 'gild'), cwd = '/', heard = (_: string) => {} } = {},
  ) {
    return new Promise<Ended>((resolve) => {
      const child = spawn(launcher, args, {
        cwd,
        env: { PATH: `${this.#programs}:/usr/bin:/bin`, CALLS: join(this.#temp, 'calls'), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => heard((stderr += chunk.toString())));
      child.on('close', (code) => {
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** What `npm test` runs, as a program of its own. */
  testScript(): string {
    cpSync(join(repository, 'tools/test.sh'), join(this.root, 'tools/test.sh'));
    return this.program('npm-test', `exec sh '${join(this.root, 'tools/test.sh')}'`);
  }

  link(from: string, to: string): string {
    const file = join(this.#temp, from);
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync(to, file);
    return file;
  }

  remove(): void {
    rmSync(this.#temp, { recursive: true, force: true });
  }
}
