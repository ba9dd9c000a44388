import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, type NatsPlace, NatsServer } from '@gild/testing';
import { repository } from './gild-home.js';
import { until } from './until.js';

type Call = { body?: unknown; bearer?: string; headers?: Record<string, string>; signal?: AbortSignal };
type Answer = { status: number; body: Record<string, unknown> };
/** `under`: a program and its arguments to run it under, such as strace; `imports`: modules loaded before its own. */
export type How = { under?: readonly string[]; imports?: readonly string[] };
type Started = { name: string; child: ChildProcess };
/** Where the services listen, and what they run under unless told otherwise. */
type Place = { address: string; under: readonly string[] };
type Beginning = Partial<Place> & {
  prepare?: ((folder: string) => Promise<NodeJS.ProcessEnv>) | undefined;
  /** What a service finds in its environment beside that. */
  envOf?: ((service: string) => NodeJS.ProcessEnv) | undefined;
  /** The NATS server, if it is not any that takes everybody. */
  nats?: Pick<NatsPlace, 'program' | 'configuration'>;
};
const SERVICES = ['registry', 'scheduler', 'gateway'];

/** The services as processes of their own, over a real NATS server. */
export class NatsFarm {
  readonly token = 'a-token-of-more-than-20-characters';
  /** What the processes share: the events, the objects. */
  readonly folder = mkdtempSync(join(tmpdir(), 'gild-services-'));
  readonly #services: Started[] = [];
  #env: NodeJS.ProcessEnv = {};
  #envOf: (service: string) => NodeJS.ProcessEnv = () => ({});

  private constructor(
    readonly nats: NatsServer,
    private readonly port: number,
    private readonly place: Place,
  ) {}

  /**
   * Registry, scheduler and gateway, ready for requests. `prepare` fills the folder they share before, and
   * answers what all processes find in their environment.
   */
  static async started(beginning: Beginning = {}): Promise<NatsFarm> {
    const farm = await NatsFarm.#prepared(beginning);
    for (const name of SERVICES) farm.start(name);
    try {
      await farm.ready();
      return farm;
    } catch (error) {
      await farm.remove();
      throw error;
    }
  }

  static async #prepared({ prepare, envOf, nats, ...rest }: Beginning): Promise<NatsFarm> {
    const place = { address: '127.0.0.1', under: [], ...rest };
    const farm = new NatsFarm(await NatsServer.started({ ...place, ...nats }), await freePort(), place);
    farm.#envOf = envOf ?? farm.#envOf;
    farm.#env = (await prepare?.(farm.folder)) ?? {};
    return farm;
  }

  get url(): string {
    return `http://${this.place.address}:${this.port}`;
  }

  /** Starts one of the services; `env` is added to its environment. */
  start(
    name: string,
    env: NodeJS.ProcessEnv = {},
    { under = this.place.under, imports = [] }: How = {},
  ): ChildProcess {
    const main = join(repository, 'apps', name, 'dist', 'main.js');
    const settings = {
      GILD_NATS_URL: this.nats.url,
      GILD_EVENTS: `sqlite:${join(this.folder, 'events.db')}`,
      GILD_OBJECTS: `directory:${join(this.folder, 'objects')}`,
      GILD_LISTEN: `${this.place.address}:${this.port}`,
      GILD_TOKEN: this.token,
      GILD_LOG: 'error',
      GILD_NATS_PLAINTEXT: 'allowed',
      ...this.#envOf(name),
    };
    const preloads = imports.map((module) => `--import=${module}`);
    const [program = '', ...args] = [...under, process.execPath, ...preloads, main];
    const child = spawn(program, args, {
      env: { ...process.env, ...settings, ...this.#env, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#services.push({ name, child });
    return child;
  }

  /** One request of the HTTP API. */
  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const { status, text } = await this.text(method, path, call);
    return { status, body: JSON.parse(text) as Record<string, unknown> };
  }

  /** The same with the answer as it came. */
  async text(
    method: string,
    path: string,
    { body, bearer = this.token, headers, signal }: Call = {},
  ): Promise<{ status: number; text: string }> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
    return { status: response.status, text: await response.text() };
  }

  /** Resolves once the registry and the scheduler answer. */
  ready(): Promise<void> {
    return until(async () => (await this.call('GET', '/health/ready')).status === 200);
  }

  /** Starts the builder of an agent that joined, which is told its folder and nothing else. */
  startJoined(state: string): ChildProcess {
    const main = join(repository, 'apps', 'builder', 'dist', 'main.js');
    const env = { ...process.env, GILD_STATE: state, GILD_EMULATION: 'off', GILD_LOG: 'warn' };
    const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#services.push({ name: 'builder', child });
    return child;
  }

  /** The processes of a service that were started, the last one last. */
  processesOf(service: string): ChildProcess[] {
    return this.#services.filter(({ name }) => name === service).map(({ child }) => child);
  }

  /** Asks every service to end; resolves with their exit codes. */
  stop(): Promise<unknown[]> {
    for (const { child } of this.#services) child.kill('SIGTERM');
    return Promise.all(this.#services.map(({ child }) => ended(child)));
  }

  async remove(): Promise<void> {
    for (const { child } of this.#services) child.kill('SIGKILL');
    await Promise.all(this.#services.map(({ child }) => ended(child)));
    await this.nats.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
