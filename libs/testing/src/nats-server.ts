import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
const found = folders.map((folder) => join(folder, 'nats-server')).filter((path) => existsSync(path));
const named = (process.env['GILD_TEST_NATS_SERVERS'] ?? '').split(delimiter).filter((path) => path !== '');
const program = found[0];

/** A NATS server of this host: where it is, and what it says it is. */
export type NatsProgram = { path: string; version: string };

/** Each one on PATH and each that `GILD_TEST_NATS_SERVERS` names (paths separated by colons), once. */
export const natsPrograms = (): NatsProgram[] => {
  const paths = new Map([...found, ...named].map((path) => [realpathSync(path), path]));
  return [...paths.values()].map((path) => ({
    path,
    version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(),
  }));
};

/** `describe` for each NATS server of this host; says loudly which they are, and what is not tested without any. */
export const describeWithEachNats = (title: string, tests: (program: NatsProgram) => void): void => {
  const programs = natsPrograms();
  if (programs.length === 0) console.warn(`NOT TESTED: ${title}, because this host lacks nats-server`);
  else
    process.stderr.write(`${title}: tested with ${programs.map(({ version }) => version).join(' and ')}\n`);
  const where = programs.length === 0 ? describe.skip : describe;
  const each = programs.length === 0 ? [{ path: '', version: 'no nats-server' }] : programs;
  for (const program of each) where(`${title}, with ${program.version}`, () => tests(program));
};

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

/**
 * Where it listens, and what it runs under, such as a network namespace's command. `configuration`: text of a file, of a server that
 * wants TLS; without it anybody may say anything.
 */
export type NatsPlace = {
  address?: string;
  under?: readonly string[];
  program?: string | undefined;
  configuration?: string | undefined;
};
type Placed = Required<Pick<NatsPlace, 'address' | 'under'>> & NatsPlace;

/** A real NATS server on a port and with a store folder of its own; it keeps nothing over a restart. */
export class NatsServer {
  #store = mkdtempSync(join(tmpdir(), 'gild-nats-'));
  #process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly place: Placed,
  ) {}

  static async started({ address = '127.0.0.1', under = [], ...rest }: NatsPlace = {}): Promise<NatsServer> {
    const server = new NatsServer(await freePort(), { address, under, ...rest });
    server.start();
    return server;
  }

  get url(): string {
    const { address, configuration } = this.place;
    return `${configuration === undefined ? 'nats' : 'tls'}://${address}:${this.port}`;
  }

  start(): void {
    const { address, under, program = found[0] ?? '', configuration } = this.place;
    const own = configuration === undefined ? [] : ['-c', this.#configured(configuration)];
    const options = [...own, '-a', address, '-p', String(this.port), '-sd', this.#store];
    const [file = '', ...args] = [...under, program, ...options];
    this.#process = spawn(file, args, { stdio: 'ignore' });
  }

  /** The configuration as it is, but for the port of the monitoring, of which several servers would want the same. */
  #configured(configuration: string): string {
    const path = join(this.#store, 'nats.conf');
    writeFileSync(path, configuration.replace(/^http: .*$/m, ''));
    return path;
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
