import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signingKeyFile } from '@gild/node-runtime';
import { readCreds } from '@gild/transport-nats';
import { addCredentials } from './add-credentials.js';
import { initFarm, type NewFarm } from './init-farm.js';
import { initText } from './init-text.js';

const root = mkdtempSync(join(tmpdir(), 'gild-init-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a new farm', () => {
  const folder = join(root, 'deep', 'farm');
  let farm: NewFarm;
  beforeAll(async () => {
    farm = await initFarm(folder, ['nats.example', '10.0.0.5']);
  });

  it('lies in one folder, where only its owner reads what is secret', () => {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true });
    const open = files.filter((it) => (statSync(join(it.parentPath, it.name)).mode & 0o077) !== 0);
    expect(open.map(({ name }) => name).sort()).toStrictEqual(['ca.crt', 'server.crt']);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(root, 'deep'))).toStrictEqual(['farm']);
  });

  it('has a server certificate for every name, signed by its own authority, that is none itself', () => {
    const [ca, server] = [farm.ca, farm.nats.certificate].map(
      (file) => new X509Certificate(readFileSync(file)),
    );
    if (ca === undefined || server === undefined) throw new Error('a certificate is missing');
    expect(server.verify(ca.publicKey) && server.checkIssued(ca) && ca.ca && !server.ca).toBe(true);
    for (const name of ['nats.example', 'localhost']) expect(server.checkHost(name)).toBe(name);
    for (const address of ['10.0.0.5', '127.0.0.1', '::1']) expect(server.checkIP(address)).toBe(address);
    expect(server.checkHost('evil.example')).toBeUndefined();
    expect(server.keyUsage).toStrictEqual(['1.3.6.1.5.5.7.3.1']);
    const days = (Date.parse(server.validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(farm.certificate_days);
    const purpose = ['verify', '-CAfile', farm.ca, '-purpose', 'sslserver', farm.nats.certificate];
    expect(execFileSync('openssl', purpose, { encoding: 'utf8' })).toContain(': OK');
  });

  it('knows no user: whoever has no signature of the farm is let in by nothing', () => {
    const conf = readFileSync(farm.nats.configuration, 'utf8');
    expect(conf).not.toMatch(/users|authorization|no_auth_user|jetstream/);
    for (const file of [farm.signingKey, farm.vault.operator, farm.vault.farm, farm.vault.system])
      expect(conf).not.toContain(readFileSync(file, 'utf8').trim());
  });

  it('has a key of its own that signs its history, and tells the registry', async () => {
    expect((await signingKeyFile(farm.historyKey))?.publicKey).toHaveLength(32);
    expect(initText(farm)).toContain(`GILD_SIGNING_KEY=${farm.historyKey}\n`);
  });

  it('is given the credentials it lacks of newer services, and keeps those that it has', async () => {
    const { registry, 'cache-manager': path } = farm.credentials;
    const before = readFileSync(registry, 'utf8');
    rmSync(path);
    expect(await addCredentials(folder)).toStrictEqual({ made: [path] });
    expect(await addCredentials(folder)).toStrictEqual({ made: [] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [old, made] = await Promise.all([before, readFileSync(path, 'utf8')].map(readCreds));
    expect([made?.account, readFileSync(registry, 'utf8')]).toStrictEqual([old?.account, before]);
    await expect(addCredentials(root)).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
  });

  it('is made once: what is there is never overwritten', async () => {
    const before = readFileSync(farm.signingKey, 'utf8');
    await expect(initFarm(folder, [])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readFileSync(farm.signingKey, 'utf8')).toBe(before);
    const used = join(root, 'used');
    mkdirSync(used);
    writeFileSync(join(used, 'mine'), '');
    await expect(initFarm(used, [])).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(readdirSync(used)).toStrictEqual(['mine']);
  });
});

const NO_HOSTS = [
  ...['', 'a b', '-x', 'a,DNS:evil', 'a/b', 'a\n', 'a'.repeat(254)],
  ...['nats.example:4222', '10.0.0.5:4222', '[::1]', '[::1]:4222', 'fe80::1%eth0'],
];

it.each(NO_HOSTS)('no farm is made for the host %j', async (name) => {
  await expect(initFarm(join(root, 'never'), [name])).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
});

it.each([
  ['2001:db8::5', 'tls://[2001:db8::5]:4222'],
  ['::1', 'tls://[::1]:4222'],
])('a farm at %s has a certificate for it, and says how it is reached there', async (name, url) => {
  const farm = await initFarm(join(root, `at-${name.slice(0, 20)}`), [name]);
  const server = new X509Certificate(readFileSync(farm.nats.certificate));
  expect(server.checkIP(name)).toBe(name);
  expect(initText(farm)).toContain(`GILD_NATS_URL=${url} `);
});
