// Lets the agent of a container join the farm before it starts: with a token of its own, made with that of the API, which the
// agent never sees. It asks at every start, for the farm alone knows whether the name was removed and whether the credentials in
// the agent's folder are its own. An agent whose credentials are good starts without a farm that cannot be reached.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gildEnding } from './gild.mjs';

/** What `gild` exits with when the farm cannot be reached, or has too much to do. */
const UNREACHABLE = 4;
/** An agent that starts with less than this renews at once, but may come too late. */
const ENOUGH_MS = 10 * 60_000;

const told = (name) => {
  const value = process.env[name];
  if (value) return value;
  console.error(`${name} is not set`);
  process.exit(2);
};

/** Until when the agent's credentials are good; 0 where it has none that can be read. */
const goodUntil = (state) => {
  try {
    const { credentials } = JSON.parse(readFileSync(join(state, 'agent-identity.json'), 'utf8'));
    return Date.parse(credentials.expiresAt) || 0;
  } catch {
    return 0;
  }
};

const [state, id, token] = ['GILD_STATE', 'GILD_AGENT_ID', 'GILD_TOKEN_FILE'].map(told);
told('GILD_URL');

/** What the command prints; this process ends with it when it fails. */
const gild = (args, env) => {
  const { status, stdout } = gildEnding(args, env);
  if (status === 0) return stdout;
  if (status !== UNREACHABLE || goodUntil(state) - Date.now() < ENOUGH_MS) process.exit(status);
  console.error(
    `agent ${id} starts with the credentials it has; whether it still belongs to the farm is not known`,
  );
  process.exit(0);
};

// For this name: a token is recorded, and of an agent that was removed each start would record one more. That another
// key holds the name only joining finds out: there each start does.
const GILD_TOKEN = readFileSync(token, 'utf8').trim();
const issued = JSON.parse(gild(['agent', 'token', '--id', id, '--ttl', '10m', '--json'], { GILD_TOKEN }));
console.log(gild(['agent', 'join', '--id', id, '--state', state], { GILD_JOIN_TOKEN: issued.token }).trim());
