import { readFile } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Fault } from '@gild/ports';

type TokenFlags = { token?: string; tokenFile?: string };
type TokenSources = { env: NodeJS.ProcessEnv; input: Readable; signal: AbortSignal };

/**
 * The join token: from a file or, for `-`, from the input; else from the environment; or from the arguments, which everybody on the
 * host can see. The input is read until its end, or until `signal`. Fault: INVALID_REQUEST.
 */
export const shownToken = async (
  { token, tokenFile }: TokenFlags,
  sources: TokenSources,
): Promise<string | undefined> => {
  if (tokenFile === undefined) return token ?? sources.env['GILD_JOIN_TOKEN'];
  if (token !== undefined)
    throw new Fault('INVALID_REQUEST', 'expected one of --token-file or --token, found both');
  return (await textOf(tokenFile, sources)).trim();
};

const textOf = async (path: string, { input, signal }: TokenSources): Promise<string> => {
  try {
    return path === '-' ? await text(addAbortSignal(signal, input)) : await readFile(path, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Fault('INVALID_REQUEST', `--token-file: ${path} cannot be read (${code ?? message})`, {
      cause,
    });
  }
};

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/**
 * What to say of an address at which others on the way can read the token and change the answer; nothing where it is said that nobody
 * else is on it (`GILD_URL_PLAINTEXT`).
 */
export const plainWarning = (url: string, env: NodeJS.ProcessEnv): string | undefined => {
  if (env['GILD_URL_PLAINTEXT'] === 'allowed') return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' || LOOPBACK.test(parsed.hostname)) return undefined;
  return `the way to ${parsed.host} is not encrypted: whoever is on it can read the token, and name another farm to this host. Use an https address, or set GILD_URL_PLAINTEXT=allowed where you trust that network`;
};
