import { faultCode } from '@gild/ports';
import { connect, type Connection, type ConnectOptions } from './connect.js';
import type { HttpClient } from './http-client.js';
import type { Call } from './send.js';

/** A connection that outlives the farm it was made to: when another command's farm ends with it, the next one is found. */
export type Session = {
  client: HttpClient;
  server: () => Connection['server'];
  /** Finds the server again, which may have become this process. */
  renew: () => Promise<void>;
  close: () => Promise<void>;
};

export const openSession = async (env: NodeJS.ProcessEnv, options: ConnectOptions): Promise<Session> => {
  let current = await connect(env, options);
  let renewing: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    if (!mayEnd(current)) return;
    renewing ??= connect(env, options)
      .then((found) => void (current = found))
      .finally(() => (renewing = undefined));
    await renewing;
  };
  const twice = async <T>(call: Call, ask: (client: HttpClient) => Promise<T>): Promise<T> => {
    const asked = current;
    try {
      return await ask(asked.client);
    } catch (error) {
      const again = call.method === 'GET' || call.repeatable === true;
      if (!again || !mayEnd(asked) || faultCode(error) !== 'UNAVAILABLE') throw error;
      await renew();
      return ask(current.client);
    }
  };
  return {
    client: {
      json: (call, signal) => twice(call, (client) => client.json(call, signal)),
      stream: (call, signal) => twice(call, (client) => client.stream(call, signal)),
      // Who follows a stream renews the session itself, and learns where it continues.
      events: (call, signal) => current.client.events(call, signal),
    },
    server: () => current.server,
    renew,
    close: () => current.close(),
  };
};

const mayEnd = ({ server }: Connection): boolean => server === 'command' || server === 'up';
