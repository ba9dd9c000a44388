import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { GoldenImageBuildJob } from '@gild/contracts';
import { type Leftovers, leftoversOf } from './leftovers.js';
import { RunningCommand } from './running-command.js';

export const repository = join(import.meta.dirname, '..', '..');

/** `code` is the name of the signal for a command that one ended. */
export type Ended = { code: number | string; stdout: string; stderr: string };

/** A state of its own, and `gild` on it as a user runs it. */
export class GildHome {
  readonly root = mkdtempSync(join(tmpdir(), 'gild-e2e-'));
  /** Where the state is: events, objects, caches. */
  readonly home = join(this.root, 'home');
  readonly #env: NodeJS.ProcessEnv;

  /** Commands of this home talk to the farm at GILD_URL when `env` names one, else to their own. */
  constructor(env: NodeJS.ProcessEnv = {}) {
    this.#env = { ...process.env, GILD_URL: '', GILD_HOME: this.home, ...env };
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { env: this.#env, cwd: repository, maxBuffer: 2 ** 28 };
      execFile(join(repository, 'gild'), args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : (error.code ?? String(error.signal));
        resolve({ code, stdout, stderr });
      });
    });
  }

  /** What a command prints under `--json`. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, '--json');
    if (code !== 0)
      throw new Error(
        `gild ${args.join(' ')} exited with ${String(code)}: ${reasons(stdout)}\n${stdout}${stderr}`,
      );
    return JSON.parse(stdout) as T;
  }

  /** Starts a command and resolves once it has said on stderr what matches. */
  async start(args: readonly string[], until: RegExp): Promise<RunningCommand> {
    const command = new RunningCommand(join(repository, 'gild'), args, { env: this.#env, cwd: repository });
    await command.says(until);
    return command;
  }

  up(): Promise<RunningCommand> {
    return this.start(['up'], /the farm is up/);
  }

  /** Follows a job of the running farm until its document is as wanted. */
  async jobWhen(
    jobId: string,
    wanted: (job: GoldenImageBuildJob) => boolean,
  ): Promise<GoldenImageBuildJob | undefined> {
    const call = request({ socketPath: join(this.home, 'gild.sock'), path: `/v1/jobs/${jobId}/events` });
    const answered = once(call, 'response') as Promise<[IncomingMessage]>;
    call.end();
    const [response] = await answered;
    for await (const line of createInterface({ input: Readable.from(untilBroken(response)) })) {
      const job = line.startsWith('data: {"')
        ? (JSON.parse(line.slice(6)) as GoldenImageBuildJob)
        : undefined;
      if (job?.job_id === jobId && wanted(job)) return job;
    }
    return undefined;
  }

  /** Writes a file beside the state and says where it is. */
  file(name: string, text: string): string {
    writeFileSync(join(this.root, name), text);
    return join(this.root, name);
  }

  /** A definition on Debian 12 with these taskservs. */
  definition(name: string, taskservs: readonly string[], more = ''): string {
    const fields = `base_os: debian\nos_version: '12'\ntaskservs: [${taskservs.join(', ')}]\ndisk_size_gb: 10\n`;
    return this.file(`${name}.yaml`, `name: ${name}\n${fields}${more}`);
  }

  /** A taskserv of the user's own. `installation` is YAML within the entry for Debian, `more` beside it. */
  taskserv(name: string, installation: string, more = ''): void {
    const folder = join(this.home, 'taskservs', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'taskserv.yaml'),
      `name: ${name}\ndescription: A test\nversion_package: base-files\n${more}` +
        `distributions:\n  debian:\n    - ${installation.trim().replaceAll('\n', '\n      ')}\n` +
        `checks:\n  - name: always\n    command: ['true']\n`,
    );
  }

  /** Gives the agent of this home the settings of `GILD_TEST_AGENT`, where live tests are to read from told mirrors. */
  takeToldMirrors(): this {
    const settings = process.env['GILD_TEST_AGENT'];
    if (settings !== undefined) {
      mkdirSync(this.home, { recursive: true });
      copyFileSync(settings, join(this.home, 'agent.yaml'));
    }
    return this;
  }

  /**
   * Keeps packages and layers where the other tests of this run keep theirs, as farms of one host may. Not for a test of what
   * is made from nothing.
   */
  shareCache(): this {
    const cache = process.env['GILD_TEST_CACHE'];
    // Told mirrors are of those tests alone.
    if (cache === undefined || process.env['GILD_TEST_AGENT'] !== undefined) return this;
    for (const folder of [cache, this.home]) mkdirSync(folder, { recursive: true });
    symlinkSync(cache, join(this.home, 'cache'));
    return this;
  }

  leftovers(): Leftovers {
    return leftoversOf(this.home);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Why the builds in a printed document failed: the first thing to read, and far down in it. */
const reasons = (printed: string): string =>
  [...printed.matchAll(/"error_message": (".*")/g)]
    .map(([, text = '']) => JSON.parse(text) as string)
    .join('\n');

/** What a server sends until it ends, or is killed. */
async function* untilBroken(response: IncomingMessage): AsyncGenerator {
  try {
    yield* response;
  } catch {
    return;
  }
}
