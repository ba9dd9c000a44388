import { once } from 'node:events';
import { Agent, type ClientRequest, get, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, get as getSecurely } from 'node:https';
import { webProxies } from './web-proxy.js';
import { withoutUserinfo } from './without-userinfo.js';

/** An answer, with the request it answers: the last one, where one led to another. */
export type WebAnswer = IncomingMessage & { req: ClientRequest };

type Reach = { signal: AbortSignal; idleLimitMs: number };

const MOST_MOVES = 10;

const silent = (limitMs: number): Error => new Error(`it sent nothing for ${limitMs / 1000} s`);

/** A request, and what closes its connection even while a proxy makes a tunnel: neither request nor agent knows of it then. */
const ask = (url: URL) => {
  const isSecure = url.protocol === 'https:';
  const agent = new (isSecure ? SecureAgent : Agent)({ proxyEnv: webProxies(url, process.env) });
  const connect = agent.createConnection.bind(agent);
  let connection: ReturnType<typeof connect>;
  agent.createConnection = (...how) => (connection = connect(...how));
  const request = (isSecure ? getSecurely : get)(url, { agent });
  // Whoever waits for the answer is told; nobody is of what comes after that.
  request.on('error', () => undefined);
  const close = () => {
    request.destroy();
    connection?.destroy();
  };
  return { request, close };
};

const answer = async (url: URL, { signal, idleLimitMs }: Reach): Promise<WebAnswer> => {
  signal.throwIfAborted();
  const late = AbortSignal.timeout(idleLimitMs);
  const { request, close } = ask(url);
  try {
    const ends = { signal: AbortSignal.any([signal, late]) };
    const [response] = (await once(request, 'response', ends)) as [WebAnswer];
    return response.setTimeout(idleLimitMs, () => response.destroy(silent(idleLimitMs)));
  } catch (error) {
    close();
    signal.throwIfAborted();
    throw late.aborted ? silent(idleLimitMs) : error;
  }
};

/**
 * Asks for a file on the web as apt and programs in scripts do: through the proxy the environment names. Resolves with the
 * answer's head as soon as it is there; its body is a stream, which fails when nothing more of it comes for too long. Rejects
 * when there is none in time, or none that leads anywhere.
 */
export const webFile = async (address: string, reach: Reach): Promise<WebAnswer> => {
  let url = new URL(address);
  for (let moves = 0; moves <= MOST_MOVES; moves += 1) {
    const response = await answer(url, reach);
    const { statusCode = 0, headers } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return response;
    response.destroy();
    url = new URL(headers.location, url);
    if (!/^https?:$/.test(url.protocol)) throw new Error(`it leads to ${withoutUserinfo(url.href)}`);
  }
  throw new Error(`it leads from one place to another more than ${MOST_MOVES} times`);
};
