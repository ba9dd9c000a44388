import { signingKeyFile } from '@gild/node-runtime';
import type { Home } from '../../farm/home.js';
import type { Finding } from './finding.js';

const check = 'key that signs the history';

/**
 * The key of a registry where its settings are given, else that of the farm in the home. That nothing is signed is told, and is never a
 * reason to say that a host cannot build; with a key that cannot be used no farm starts.
 */
export const signingFinding = async (
  { signingKey }: Pick<Home, 'signingKey'>,
  { GILD_EVENTS: events = '', GILD_SIGNING_KEY: ofRegistry = '' }: NodeJS.ProcessEnv,
): Promise<Finding> => {
  if (events === '') return fileFinding(signingKey, ABSENT_AT_HOME);
  if (ofRegistry === '') return { check, ok: true, found: 'none: nothing is signed', remedy: MAKE_ONE };
  return fileFinding(ofRegistry, { check, ok: false, found: `none at ${ofRegistry}`, remedy: MAKE_ONE });
};

const fileFinding = async (path: string, absent: Finding): Promise<Finding> => {
  try {
    const key = await signingKeyFile(path);
    return key === undefined ? absent : { check, ok: true, found: path, remedy: '' };
  } catch (error) {
    const remedy = error instanceof Error ? error.message : String(error);
    return { check, ok: false, found: 'not usable', remedy };
  }
};

const ABSENT_AT_HOME: Finding = {
  ...{ check, ok: true, found: 'none yet' },
  remedy: 'the first start of a farm here makes it',
};

const MAKE_ONE = 'openssl genpkey -algorithm ed25519 makes one: set GILD_SIGNING_KEY to its path, mode 0600';
