// Lets the agent of a container join the farm before it starts: with a token of its own, made with that of the API, which the
// agent never sees. An agent whose credentials are still good is left as it is, so that this may run at every start.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gild } from './gild.mjs';

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
if (goodUntil(state) - Date.now() > ENOUGH_MS) {
  console.log(`agent ${id} has joined already`);
} else {
  const GILD_TOKEN = readFileSync(token, 'utf8').trim();
  const issued = JSON.parse(gild(['agent', 'token', '--ttl', '10m', '--json'], { GILD_TOKEN }));
  console.log(
    gild(['agent', 'join', '--id', id, '--state', state], { GILD_JOIN_TOKEN: issued.token }).trim(),
  );
}
