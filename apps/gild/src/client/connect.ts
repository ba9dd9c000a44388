import { existsSync } from 'node:fs';
import type { FarmKind } from '@gild/gateway-edge';
import { systemClock } from '@gild/node-runtime';
import { faultCode } from '@gild/ports';
import type { PrivateFarm } from '../farm/embedded-farm.js';
import { type Home, homeOf } from '../farm/home.js';
import { actorOf } from './actor.js';
import { urlEndpoint } from './endpoint.js';
import { type HttpClient, httpClient } from './http-client.js';

/**
 * A server to talk to. `remote`: at `GILD_URL`; `up`: of a running `gild up`; `command`: inside another command, and ends
 * with it; `own`: inside this process; `reading`: inside this process, building nothing.
 */
export type Connection = {
  client: HttpClient;
  server: 'remote' | 'up' | 'command' | 'own' | 'reading';
  /** Ends a farm of this process; of anything else it does nothing. */
  close: () => Promise<void>;
};

export type ConnectOptions = {
  /** What a farm started here is for, if one has to be. */
  purpose: 'reading' | 'planning' | 'building';
  interrupted: AbortSignal;
  note: (line: string) => void;
};

const BETWEEN_TRIES_MS = 100;
const SAY_SO_AFTER_MS = 1000;
const PROBE_MS = 2000;

/**
 * The server at `GILD_URL`, else the farm that runs on `GILD_HOME`, else one started in this process. While another
 * process starts or ends a farm there, building and planning wait for it; reading does not need to.
 */
export const connect = async (env: NodeJS.ProcessEnv, options: ConnectOptions): Promise<Connection> => {
  const actor = actorOf(env);
  const url = env['GILD_URL'] ?? '';
  if (url !== '') {
    const client = httpClient(urlEndpoint(url, env['GILD_TOKEN']), actor);
    return { client, server: 'remote', close: nothingToClose };
  }
  const home = homeOf(env);
  const tellOnce = waitingNote(home, options.note);
  for (;;) {
    options.interrupted.throwIfAborted();
    const found = (await runningFarm(home, actor)) ?? (await starts[options.purpose](home, actor));
    if (found !== undefined) return found;
    tellOnce();
    await systemClock.delay(BETWEEN_TRIES_MS, options.interrupted);
  }
};

const nothingToClose = () => Promise.resolve();

const runningFarm = async (home: Home, actor: string): Promise<Connection | undefined> => {
  if (!existsSync(home.socket)) return undefined;
  const client = httpClient({ kind: 'socket', path: home.socket }, actor);
  try {
    const call = { method: 'GET', path: '/health/live', withinMs: PROBE_MS };
    const { farm } = (await client.json(call)) as { farm?: FarmKind };
    return { client, server: farm === 'command' ? 'command' : 'up', close: nothingToClose };
  } catch (error) {
    // A socket left behind by a killed farm; whoever takes the lock replaces it.
    if (faultCode(error) === 'UNAVAILABLE' || faultCode(error) === 'TIMEOUT') return undefined;
    throw error;
  }
};

/** Undefined while another process holds the lock. NestJS is loaded only here: a client alone does not need it. */
const ownFarm = async (home: Home, actor: string): Promise<Connection | undefined> => {
  const { startEmbeddedFarm } = await import('../farm/embedded-farm.js');
  const farm = await startEmbeddedFarm(home, { kind: 'command', listen: undefined });
  if (farm === undefined) return undefined;
  const client = httpClient({ kind: 'socket', path: home.socket }, actor);
  return { client, server: 'own', close: farm.close };
};

const readingFarm = async (home: Home, actor: string): Promise<Connection> => {
  const { startReadingFarm } = await import('../farm/embedded-farm.js');
  return privateConnection(await startReadingFarm(home), actor);
};

/** Undefined while another process holds the lock. */
const planningFarm = async (home: Home, actor: string): Promise<Connection | undefined> => {
  const { startPlanningFarm } = await import('../farm/embedded-farm.js');
  const farm = await startPlanningFarm(home);
  return farm && privateConnection(farm, actor);
};

const privateConnection = ({ connect, close }: PrivateFarm, actor: string): Connection => ({
  client: httpClient({ kind: 'process', connect }, actor),
  server: 'reading',
  close,
});

const starts = { reading: readingFarm, planning: planningFarm, building: ownFarm };

const waitingNote = (home: Home, note: (line: string) => void): (() => void) => {
  const since = systemClock.monotonicMs();
  let told = false;
  return () => {
    if (told || systemClock.monotonicMs() - since < SAY_SO_AFTER_MS) return;
    told = true;
    note(
      `waiting for the farm on ${home.root}: another process starts, ends or plans with it (Ctrl-C ends the wait)`,
    );
  };
};
