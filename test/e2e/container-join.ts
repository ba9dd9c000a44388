import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import type { RecordedEvent } from '@gild/ports';
import { clockOfTheHost } from '@gild/testing';
import { type Ended, repository } from './gild-home.js';
import type { SecuredFarm } from './secured-farm.js';

type Container = { secured: SecuredFarm; state: string; env: NodeJS.ProcessEnv };

/** What runs in a container before its builder, the agent yew. */
export const containerJoin = ({ secured, state, env }: Container): Promise<Ended> => {
  const token = join(secured.admin.root, 'token');
  writeFileSync(token, `${secured.farm.token}\n`);
  const settings = {
    ...{ GILD_URL: secured.farm.url, GILD_TOKEN_FILE: token, GILD_STATE: state, GILD_AGENT_ID: 'yew' },
    ...env,
  };
  const options = { env: { ...process.env, ...settings }, cwd: repository };
  return new Promise((resolve) =>
    execFile(process.execPath, ['deploy/docker/join.mjs'], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : (error.code ?? String(error.signal)), stdout, stderr }),
    ),
  );
};

/** Makes an agent's identity one that another farm gave. */
export const giveForeignCredentials = (path: string): void => {
  const identity = JSON.parse(readFileSync(path, 'utf8')) as { credentials: object; farm: object };
  const claims = Buffer.from(JSON.stringify({ nats: { issuer_account: 'AELSEWHERE' } })).toString(
    'base64url',
  );
  const credentials = { ...identity.credentials, jwt: `e30.${claims}.` };
  const farm = { ...identity.farm, natsUrl: 'tls://elsewhere:4222' };
  writeFileSync(path, JSON.stringify({ ...identity, credentials, farm }));
};

/** How many join tokens the record of the farm in that folder holds. */
export const tokensIssued = async (folder: string): Promise<number> => {
  const store = sqliteEventStore({ path: join(folder, 'events.db'), clock: clockOfTheHost });
  const found: RecordedEvent[] = [];
  for await (const event of store.readAll({ filter: { types: ['JoinTokenIssued'] } })) found.push(event);
  await store.close();
  return found.length;
};
