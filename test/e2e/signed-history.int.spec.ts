import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeWithNats } from '@gild/testing';
import { parse } from 'yaml';
import { repository } from './gild-home.js';
import { NatsFarm } from './nats-farm.js';
import { until } from './until.js';

describeWithNats()('the history of a farm with two registries', () => {
  let farm: NatsFarm;
  beforeAll(async () => {
    farm = await NatsFarm.started({
      prepare: (folder) => {
        const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
        writeFileSync(join(folder, 'signing.pem'), pem, { mode: 0o600 });
        return Promise.resolve({ GILD_SIGNING_KEY: join(folder, 'signing.pem'), GILD_LOG: 'fatal' });
      },
    });
    farm.start('registry');
  }, 90_000);
  afterAll(() => (farm as NatsFarm | undefined)?.remove());

  const verification = async () => (await farm.call('POST', '/v1/audit/verification', { body: {} })).body;
  const signedNow = () => until(async () => (await verification())['unsigned'] === 0);
  const begun = async () => {
    for (const service of ['registry', 'registry', 'scheduler', 'gateway']) farm.start(service);
    await farm.ready();
  };

  it('is signed as it grows, and names what was edited in the database', async () => {
    const text = readFileSync(join(repository, 'examples', 'web-server.yaml'), 'utf8');
    expect((await farm.call('POST', '/v1/builds', { body: { definition: parse(text) } })).status).toBe(202);
    await signedNow();
    expect(await verification()).toMatchObject({ proven: true, findings: [] });
    const { checkpoint } = (await farm.call('GET', '/v1/audit/checkpoint')).body;
    expect((await farm.call('GET', '/v1/history/keys')).body).toMatchObject({
      entries: [{ what: 'SigningKeyIntroduced' }],
    });

    await farm.stop();
    const database = new DatabaseSync(join(farm.folder, 'events.db'));
    database.exec(`DROP TRIGGER events_never_change;
      UPDATE events SET metadata = replace(metadata, '"actor":"', '"actor":"not-') WHERE type = 'BuildRequested'`);
    database.close();
    await begun();
    expect(await verification()).toMatchObject({
      proven: false,
      findings: [{ kind: 'edited', revision: 0, message: expect.stringContaining('BuildRequested') }],
    });
    const kept = await farm.call('POST', '/v1/audit/verification', { body: { checkpoint } });
    expect(kept.body).toMatchObject({ proven: false, kept: { verdict: 'different' } });
    expect(await farm.stop()).toContain(0);
  }, 120_000);
});
