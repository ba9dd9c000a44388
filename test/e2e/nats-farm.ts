import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ended, freePort, NatsServer } from '@gild/testing';
import { repository } from './gild-home.js';
import { until } from './until.js';

type Call = { body?: unknown; bearer?: string };
type Answer = { status: number; body: Record<string, unknown> };

/** The services as processes of their own, over a real NATS server. */
export class NatsFarm {
  readonly token = 'a-token-of-more-than-20-characters';
  readonly #folder = mkdtempSync(join(tmpdir(), 'gild-services-'));
  readonly #services: ChildProcess[] = [];

  private constructor(
    readonly nats: NatsServer,
    private readonly port: number,
  ) {}

  /** Registry, scheduler and gateway, ready for requests. */
  static async started(): Promise<NatsFarm> {
    const farm = new NatsFarm(await NatsServer.started(), await freePort());
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
  start(name: string, env: NodeJS.ProcessEnv = {}): void {
    const main = join(repository, 'apps', name, 'dist', 'main.js');
    const settings = {
      GILD_NATS_URL: this.nats.url,
      GILD_EVENTS: `sqlite:${join(this.#folder, 'events.db')}`,
      GILD_OBJECTS: `directory:${join(this.#folder, 'objects')}`,
      GILD_LISTEN: `127.0.0.1:${this.port}`,
      GILD_TOKEN: this.token,
      GILD_LOG: 'error',
    };
    const child = spawn(process.execPath, [main], {
      env: { ...process.env, ...settings, ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#services.push(child);
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
  }
}
