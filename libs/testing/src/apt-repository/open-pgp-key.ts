import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A key that signs without asking for anything; it is in a folder of its own and gone with it. */
export class OpenPgpKey {
  private constructor(
    private readonly home: string,
    readonly fingerprint: string,
    /** The public half, as people write it into a file. */
    readonly armoured: string,
  ) {}

  static async made(owner: string): Promise<OpenPgpKey> {
    const home = await mkdtemp(join(tmpdir(), 'gild-key-'));
    const gpg = (...args: string[]) => run('gpg', [...unattended(home), ...args]);
    await gpg(
      '--passphrase',
      '',
      '--quick-generate-key',
      `${owner} <${owner}@example.org>`,
      'ed25519',
      'sign',
    );
    const { stdout: listed } = await gpg('--with-colons', '--list-keys');
    const { stdout: armoured } = await gpg('--armor', '--export');
    return new OpenPgpKey(home, /^fpr:{9}([0-9A-F]{40}):/m.exec(listed)?.[1] ?? '', armoured);
  }

  /** Writes what `file` says, with the signature around it. */
  async clearSign(file: string, to: string): Promise<void> {
    await run('gpg', [...unattended(this.home), '--yes', '--output', to, '--clearsign', file]);
  }

  async remove(): Promise<void> {
    await run('gpgconf', ['--homedir', this.home, '--kill', 'all']);
    await rm(this.home, { recursive: true, force: true });
  }
}

const unattended = (home: string): string[] => ['--batch', '--quiet', '--homedir', home];
