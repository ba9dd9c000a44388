import { Fault } from '@gild/ports';
import { proxyEnvironment } from './proxy-environment.js';

/** What Node.js takes for a proxy and does not ignore: it also decodes the user's name and password. */
const isProxy = (value: string): boolean => {
  if (!/^https?:\/\/\S+$/.test(value) || !URL.canParse(value)) return false;
  const { username, password } = new URL(value);
  try {
    decodeURIComponent(username);
    decodeURIComponent(password);
    return true;
  } catch {
    return false;
  }
};

/**
 * The proxies the environment names, for an agent that asks for this address. Fault: PROXY_INVALID where the one for its
 * scheme is none, also if `no_proxy` excepts the host; it names the variable only, whose value may hold a password.
 */
export const webProxies = (url: URL, env: NodeJS.ProcessEnv): Record<string, string> => {
  const proxies = proxyEnvironment(env);
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const value = proxies[name];
  if (value === undefined || isProxy(value)) return proxies;
  const variable = env[name] === undefined ? name.toUpperCase() : name;
  throw new Fault(
    'PROXY_INVALID',
    `The environment variable ${variable} does not name a proxy that files can be downloaded through: expected http://[user:password@]host[:port], or https:// likewise.`,
  );
};
