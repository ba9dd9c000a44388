import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSigningKeyFile } from '@gild/node-runtime';
import { signingFinding } from './signing-finding.js';

describe('the key that signs the history', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gild-doctor-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const found = (env: NodeJS.ProcessEnv = {}) =>
    signingFinding({ signingKey: join(folder, 'signing.pem') }, env);
  const events = 'sqlite:/events.db';

  it('is made at the first start of a farm in a home', async () => {
    expect(await found()).toMatchObject({ ok: true, found: 'none yet' });
    await makeSigningKeyFile(join(folder, 'signing.pem'));
    expect(await found()).toMatchObject({ ok: true, found: join(folder, 'signing.pem') });
  });

  it('is said to be missing where a registry has none, though it can build', async () =>
    expect(await found({ GILD_EVENTS: events })).toMatchObject({
      ...{ ok: true, found: 'none: nothing is signed', remedy: expect.stringContaining('GILD_SIGNING_KEY') },
    }));

  it('hinders every start where it is named and not there, or others can read it', async () => {
    const path = join(folder, 'signing.pem');
    const env = { GILD_EVENTS: events, GILD_SIGNING_KEY: path };
    expect(await found(env)).toMatchObject({ ok: false, found: `none at ${path}` });
    await makeSigningKeyFile(path);
    chmodSync(path, 0o644);
    expect(await found(env)).toMatchObject({ ok: false, remedy: expect.stringContaining('mode 644') });
  });
});
