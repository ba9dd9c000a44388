import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, NatsServer } from '@gild/testing';
import { type Ended, repository } from './gild-home.js';
import { until } from './until.js';

type Call = { body?: unknown; bearer?: string };
type Answer = { status: number; body: Record<string, unknown> };

/** What `gild farm init` made, and the folder all of it is in. */
type Secrets = {
  root: string;
  nats: { configuration: string };
  ca: string;
  credentials: Record<string, string>;
  signingKey: string;
};

const gild = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, cwd: repository };
    execFile(join(repository, 'gild'), args, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : (error.code ?? String(error.signal)), stdout, stderr });
    });
  });

/** The services as processes of their own, over a real NATS server. */
export class NatsFarm {
  readonly token = 'a-token-of-more-than-20-characters';
  readonly #folder = mkdtempSync(join(tmpdir(), 'gild-services-'));
  readonly #services: ChildProcess[] = [];

  private constructor(
    readonly nats: NatsServer,
    private readonly port: number,
    private readonly secrets?: Secrets,
  ) {}

  /** Registry, scheduler and gateway, ready for requests, over a NATS server that takes anybody of this host. */
  static async started(): Promise<NatsFarm> {
    return NatsFarm.#ready(new NatsFarm(await NatsServer.started(), await freePort()));
  }

  /** The same over TLS, where everybody may say and hear what is theirs alone, and agents have to join. */
  static async secured(program?: string): Promise<NatsFarm> {
    const folder = mkdtempSync(join(tmpdir(), 'gild-secrets-'));
    const { code, stdout, stderr } = await gild(['farm', 'init', join(folder, 'farm'), '--json']);
    if (code !== 0) throw new Error(`gild farm init ended with ${code}: ${stderr}`);
    const secrets: Secrets = { ...(JSON.parse(stdout) as Omit<Secrets, 'root'>), root: folder };
    const configuration = readFileSync(secrets.nats.configuration, 'utf8');
    const nats = await NatsServer.started({ configuration, ...(program !== undefined && { program }) });
    return NatsFarm.#ready(new NatsFarm(nats, await freePort(), secrets));
  }

  static async #ready(farm: NatsFarm): Promise<NatsFarm> {
    for (const name of ['registry', 'scheduler', 'gateway']) farm.start(name);
    try {
      await farm.ready();
      return farm;
    } catch (error) {
      await farm.remove();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts one of the services; `env` is added to its environment. */
  start(name: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const main = join(repository, 'apps', name, 'dist', 'main.js');
    const settings = {
      GILD_NATS_URL: this.nats.url,
      GILD_EVENTS: `sqlite:${join(this.#folder, 'events.db')}`,
      GILD_OBJECTS: `directory:${join(this.#folder, 'objects')}`,
      GILD_LISTEN: `127.0.0.1:${this.port}`,
      GILD_TOKEN: this.token,
      GILD_LOG: 'error',
      ...this.#identityOf(name),
    };
    return this.#started(main, { ...settings, ...env });
  }

  /** Starts the builder of an agent that joined, which is told its folder and nothing else. */
  startJoined(state: string): ChildProcess {
    const main = join(repository, 'apps', 'builder', 'dist', 'main.js');
    return this.#started(main, { GILD_STATE: state, GILD_EMULATION: 'off', GILD_LOG: 'warn' }, 'pipe');
  }

  /** Runs a command of gild that is told nothing by the environment but where the farm is. */
  gild(...args: string[]): Promise<Ended> {
    return gild(args, { GILD_URL: this.url, GILD_TOKEN: this.token });
  }

  #started(main: string, env: NodeJS.ProcessEnv, stderr: 'inherit' | 'pipe' = 'inherit'): ChildProcess {
    const stdio: ['ignore', 'ignore', 'inherit' | 'pipe'] = ['ignore', 'ignore', stderr];
    const child = spawn(process.execPath, [main], { env: { ...process.env, ...env }, stdio });
    this.#services.push(child);
    return child;
  }

  #identityOf(name: string): NodeJS.ProcessEnv {
    if (this.secrets === undefined) return {};
    const { ca, credentials, signingKey } = this.secrets;
    return {
      GILD_NATS_CA: ca,
      GILD_NATS_CREDS: credentials[name] ?? '',
      ...(name === 'scheduler' && { GILD_NATS_SIGNING_KEY: signingKey }),
      ...(name === 'scheduler' && { GILD_AGENTS_OBJECTS: `directory:${join(this.#folder, 'objects')}` }),
    };
  }

  /** One request of the HTTP API. */
  async call(method: string, path: string, { body, bearer = this.token }: Call = {}): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  /** Resolves once the registry and the scheduler answer. */
  ready(): Promise<void> {
    return until(async () => (await this.call('GET', '/health/ready')).status === 200);
  }

  /** Asks every service to end; resolves with their exit codes. */
  stop(): Promise<unknown[]> {
    for (const child of this.#services) child.kill('SIGTERM');
    return Promise.all(this.#services.map(ended));
  }

  async remove(): Promise<void> {
    for (const child of this.#services) child.kill('SIGKILL');
    await Promise.all(this.#services.map(ended));
    await this.nats.remove();
    rmSync(this.#folder, { recursive: true, force: true });
    if (this.secrets !== undefined) rmSync(this.secrets.root, { recursive: true, force: true });
  }
}
