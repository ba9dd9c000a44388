import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '@gild/ports';
import { type Home, homeOf } from '../farm/home.js';
import { RELEASE } from '../release.js';
import { type Endpoint, urlEndpoint } from './endpoint.js';
import { type HttpClient, httpClient } from './http-client.js';

/** A server to talk to. `close` ends an embedded farm; of anything else it does nothing. */
export type Connection = { client: HttpClient; embedded: boolean; close: () => Promise<void> };

const TRIES = 50;
const BETWEEN_TRIES_MS = 100;

/**
 * The server at `GILD_URL`, else the farm that runs on `GILD_HOME`, else one started in this process. `building`: the
 * embedded farm should also have a builder.
 */
export const connect = async (
  env: NodeJS.ProcessEnv,
  { building }: { building: boolean },
): Promise<Connection> => {
  const actor = env['GILD_ACTOR'] ?? userInfo().username;
  const url = env['GILD_URL'] ?? '';
  if (url !== '') return remote(urlEndpoint(url, env['GILD_TOKEN']), actor);
  const home = homeOf(env);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const running = await runningFarm(home, actor);
    if (running !== undefined) return running;
    const started = await startFarm(home, actor, building);
    if (started !== undefined) return started;
    await delay(BETWEEN_TRIES_MS);
  }
  const message = `a farm holds ${home.lock} but does not answer on ${home.socket}; is its process stopped?`;
  throw new Fault('UNAVAILABLE', message, { retryable: true });
};

const remote = (endpoint: Endpoint, actor: string): Connection => ({
  client: httpClient(endpoint, actor),
  embedded: false,
  close: () => Promise.resolve(),
});

const runningFarm = async (home: Home, actor: string): Promise<Connection | undefined> => {
  if (!existsSync(home.socket)) return undefined;
  const connection = remote({ kind: 'socket', path: home.socket }, actor);
  try {
    await connection.client.json({ method: 'GET', path: '/health/live' });
    return connection;
  } catch {
    return undefined; // a socket left behind by a killed farm; whoever takes the lock replaces it
  }
};

/** Undefined when another process took the lock first. NestJS is loaded only here: a client alone does not need it. */
const startFarm = async (home: Home, actor: string, building: boolean): Promise<Connection | undefined> => {
  const { startEmbeddedFarm } = await import('../farm/embedded-farm.js');
  const farm = await startEmbeddedFarm(home, { building, listen: undefined, release: RELEASE });
  if (farm === undefined) return undefined;
  const client = httpClient({ kind: 'socket', path: home.socket }, actor);
  return { client, embedded: true, close: () => farm.close() };
};
