import { Agent, get, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, get as getSecurely } from 'node:https';
import { proxyEnvironment } from './apt-settings.js';

type Reach = { signal: AbortSignal; idleLimitMs: number };

const MOST_MOVES = 10;

const answer = (url: URL, { signal, idleLimitMs }: Reach): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const proxyEnv = proxyEnvironment(process.env);
    const options: RequestOptions = { signal, timeout: idleLimitMs };
    const request =
      url.protocol === 'https:'
        ? getSecurely(url, { ...options, agent: new SecureAgent({ proxyEnv }) }, resolve)
        : get(url, { ...options, agent: new Agent({ proxyEnv }) }, resolve);
    request.once('timeout', () => request.destroy(new Error(`it sent nothing for ${idleLimitMs / 1000} s`)));
    request.on('error', reject);
  });

/**
 * Asks for a file on the web as apt and programs in scripts do: through the proxy the environment names. Resolves with the
 * answer's head as soon as it is there; its body is a stream. Rejects when there is none, or none that leads anywhere.
 */
export const webFile = async (address: string, reach: Reach): Promise<IncomingMessage> => {
  let url = new URL(address);
  for (let moves = 0; moves <= MOST_MOVES; moves += 1) {
    const response = await answer(url, reach);
    const { statusCode = 0, headers } = response;
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return response;
    response.destroy();
    url = new URL(headers.location, url);
    if (!/^https?:$/.test(url.protocol)) throw new Error(`it leads to ${url.href}`);
  }
  throw new Error(`it leads from one place to another more than ${MOST_MOVES} times`);
};
