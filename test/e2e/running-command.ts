import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A command of gild that goes on; what it says on stderr can be waited for. */
export class RunningCommand {
  readonly #child: ChildProcess;
  /** Its exit code; null when a signal ended it. */
  readonly exit: Promise<number | null>;
  #said = '';

  constructor(program: string, args: readonly string[], options: { env: NodeJS.ProcessEnv; cwd: string }) {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (chunk: Buffer) => (this.#said += chunk.toString()));
    this.exit = once(child, 'close').then(([code]) => code as number | null);
    this.#child = child;
  }

  /** Resolves when all it has said matches; rejects when it ends without that. */
  async says(pattern: RegExp): Promise<void> {
    const over = this.exit.then((code) => {
      throw new Error(`ended with ${String(code)} and never said ${String(pattern)}:\n${this.#said}`);
    });
    while (!pattern.test(this.#said)) {
      const more = this.#child.stderr === null ? [] : [once(this.#child.stderr, 'data')];
      await Promise.race([...more, over]);
    }
    over.catch(() => undefined); // it may end now as it likes
  }

  /** Sends the signal. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Kills it without a chance to clean up, and resolves when it is gone. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.exit;
  }
}
