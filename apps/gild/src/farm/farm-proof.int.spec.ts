import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { makeSigningKeyFile, randomIds, sha256, systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { AuditService } from '@gild/proof-application';
import type { ValueProvider } from '@nestjs/common';
import { farmProof } from './farm-proof.js';
import { homeOf } from './home.js';

describe('the signing key of a farm, which others may read', () => {
  const root = mkdtempSync(join(tmpdir(), 'gild-proof-'));
  const home = homeOf({ GILD_HOME: root });
  const reported: unknown[] = [];
  const store = sqliteEventStore({ path: home.events, clock: systemClock });
  const shared = {
    ...{ store, objects: directoryObjectStore(home.objects) },
    ...{ clock: systemClock, ids: randomIds, sha256, registryId: 'local' },
    report: (error: unknown) => void reported.push(error),
    refused: () => undefined,
  };

  beforeAll(async () => {
    await makeSigningKeyFile(home.signingKey);
    chmodSync(home.signingKey, 0o644);
  });
  afterAll(async () => {
    await store.close();
    rmSync(root, { recursive: true });
  });

  it('does not hinder a farm that only reads, which then signs nothing and says why', async () => {
    const { module } = await farmProof(home, shared, false);
    const [audit] = module.providers as [ValueProvider<AuditService>];
    await expect(audit.useValue.key()).rejects.toMatchObject({ code: 'NOT_SIGNED' });
    expect(reported).toMatchObject([{ message: expect.stringContaining('has mode 644, expected 600') }]);
  });

  it('ends a farm that records', async () => {
    await expect(farmProof(home, shared, true)).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
  });
});
