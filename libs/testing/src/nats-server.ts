import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
const program = folders.map((folder) => join(folder, 'nats-server')).find((path) => existsSync(path));

/** `describe` where this host has a `nats-server`; else says loudly what is not tested, and skips it. */
export const describeWithNats = (): typeof describe => {
  if (program !== undefined) return describe;
  console.warn('NOT TESTED: what runs over NATS, because this host lacks nats-server');
  return describe.skip;
};

/** A TCP port of the loopback interface that nobody listens on. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
};

/** Resolves with the exit code, or the signal's name, once the process has ended. */
export const ended = async (child: ChildProcess): Promise<number | NodeJS.Signals | null> => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode ?? child.signalCode;
};

/** Where it listens, and what it runs under, such as a network namespace's command. */
type NatsPlace = { address?: string; under?: readonly string[] };

/** A real NATS server on a port and with a store folder of its own; it keeps nothing over a restart. */
export class NatsServer {
  #store = mkdtempSync(join(tmpdir(), 'gild-nats-'));
  #process: ChildProcess | undefined;

  private constructor(
    private readonly port: number,
    private readonly place: Required<NatsPlace>,
  ) {}

  static async started({ address = '127.0.0.1', under = [] }: NatsPlace = {}): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), { address, under });
    server.start();
    return server;
  }

  get url(): string {
    return `nats://${this.place.address}:${this.port}`;
  }

  start(): void {
    const { address, under } = this.place;
    const options = ['-a', address, '-p', String(this.port), '-sd', this.#store];
    const [file = '', ...args] = [...under, program ?? '', ...options];
    this.#process = spawn(file, args, { stdio: 'ignore' });
  }

  /** Starts it with nothing of what it kept before. */
  startEmpty(): void {
    rmSync(this.#store, { recursive: true, force: true });
    this.#store = mkdtempSync(join(tmpdir(), 'gild-nats-'));
    this.start();
  }

  /** Ends it without a chance to say good-bye. */
  async kill(): Promise<void> {
    this.#process?.kill('SIGKILL');
    if (this.#process !== undefined) await ended(this.#process);
  }

  /** Ends it; its clients stay behind, and connect again once it is started. */
  async stop(): Promise<void> {
    this.#process?.kill('SIGTERM');
    if (this.#process !== undefined) await ended(this.#process);
  }

  /** Ends it for good. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#store, { recursive: true, force: true });
  }
}
