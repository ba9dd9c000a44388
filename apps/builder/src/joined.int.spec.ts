import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeIdentity } from '@gild/builder-edge';
import type { UserCredentials } from '@gild/contracts';
import { newUserKey } from '@gild/transport-nats';
import { joinedFarm } from './joined.js';

const until = (expiresAt: string): UserCredentials => ({ jwt: `until ${expiresAt}`, expiresAt });

it('shows renewed credentials although they cannot be written, and says that they cannot', async () => {
  const state = mkdtempSync(join(tmpdir(), 'gild-joined-'));
  const key = newUserKey();
  const farm = { natsUrl: 'tls://nats.example:4222' };
  await writeIdentity(state, {
    agentId: 'oak',
    ...key,
    credentials: until('2026-01-01T00:00:00.000Z'),
    farm,
  });
  const joined = await joinedFarm(state);
  expect(joined.farm.credentials?.().jwt).toBe('until 2026-01-01T00:00:00.000Z');
  rmSync(state, { recursive: true });

  const fresh = until('2099-01-01T00:00:00.000Z');
  const messenger = {
    request: async () => fresh,
    hint: () => undefined,
    onHint: async () => () => undefined,
  };
  const { promise, resolve } = Promise.withResolvers<unknown>();
  joined.start(messenger, resolve);
  expect(await promise).toMatchObject({ code: 'ENOENT' });
  expect(joined.farm.credentials?.()).toStrictEqual({ jwt: fresh.jwt, seed: key.seed });
  joined.stop();
});
