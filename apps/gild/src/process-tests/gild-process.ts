import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(import.meta.dirname, '..', '..', 'dist', 'main.js');

/** The compiled program in a home of its own. */
export class GildHome {
  readonly root = mkdtempSync(join(tmpdir(), 'gild-home-'));
  readonly #running: GildProcess[] = [];

  get socket(): string {
    return join(this.root, 'gild.sock');
  }

  start(args: readonly string[], env: NodeJS.ProcessEnv = {}): GildProcess {
    const started = new GildProcess(args, {
      ...process.env,
      ...{ GILD_URL: '', GILD_HOME: this.root, GILD_EMULATION: 'off' },
      ...env,
    });
    this.#running.push(started);
    return started;
  }

  /** A definition that an agent of this host, told not to emulate, does not build, so that its job stays queued until it is cancelled. */
  foreignDefinition(name: string): string {
    const file = join(this.root, `${name}.yaml`);
    const arch = process.arch === 'arm64' ? 'x86_64' : 'aarch64';
    writeFileSync(file, `name: ${name}\nbase_os: debian\nos_version: '12'\narch: ${arch}\n`);
    return file;
  }

  async remove(): Promise<void> {
    for (const each of this.#running) each.child.kill('SIGKILL');
    await Promise.all(this.#running.map((each) => each.exit));
    rmSync(this.root, { recursive: true, force: true });
  }
}

export class GildProcess {
  readonly child: ChildProcess;
  readonly exit: Promise<number | string>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [program, ...args], { env });
    this.child.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr?.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.exit = once(this.child, 'close').then(([code, signal]) => (code as number | null) ?? String(signal));
  }

  /** Resolves when stderr matches; rejects when the process ends without that. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stderr);
      if (found !== null) return found;
      const more = this.child.stderr === null ? undefined : once(this.child.stderr, 'data');
      const over = this.exit.then((code) => {
        throw new Error(`ended with ${code} and never said ${String(pattern)}:\n${this.stderr}`);
      });
      await Promise.race([more, over]);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}
