import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import {
  makeSigningKeyFile,
  randomIds,
  sha256,
  sha256OfBytes,
  signingKeyFile,
  systemClock,
  verifyEd25519,
} from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import { Notary } from '@gild/proof-application';
import type { EventStore, RecordedEvent } from '@gild/ports';
import { numberedEvent } from '@gild/testing';
import { FarmOfFakes } from '../../farm-of-fakes.spec.js';
import { takeFarmLock } from '../../farm/farm-lock.js';
import { homeOf } from '../../farm/home.js';
import { GildUnderTest } from '../../gild-under-test.spec.js';

const folder = mkdtempSync(join(tmpdir(), 'gild-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

/** What the tests read of it themselves. */
type Printed = { unclaimed: string[]; copied: number; manifest: { objects: number } };

/** The program with an environment of its own; what it prints as JSON. */
const gildIn =
  (env: NodeJS.ProcessEnv) =>
  async (...args: string[]) => {
    const gild = new GildUnderTest();
    gild.env = env;
    const ran = await gild.run([...args, '--json']);
    return { ...ran, json: ran.stdout === '' ? undefined : (JSON.parse(ran.stdout) as Printed) };
  };

/** Signs what is recorded in these stores with the key in the file. */
const sign = async (stores: { store: EventStore; objects: string }, keyFile: string): Promise<void> => {
  await makeSigningKeyFile(keyFile);
  const key = await signingKeyFile(keyFile);
  const notary = new Notary({
    ...{ store: stores.store, objects: directoryObjectStore(stores.objects) },
    ...{ clock: systemClock, ids: randomIds, sha256, sha256OfBytes, verifySignature: verifyEd25519 },
    ...{ registryId: 'local', signer: key && { ...key, name: 'gild/local' } },
    report: (error) => {
      throw error;
    },
    refused: (error) => {
      throw error;
    },
  });
  notary.start();
  const all = Number(await stores.store.head());
  while (notary.state().signed < all) await systemClock.delay(5);
  await notary.stop();
};

const allOf = async (events: string): Promise<RecordedEvent[]> => {
  const store = sqliteEventStore({ path: events, clock: systemClock });
  const all: RecordedEvent[] = [];
  for await (const event of store.readAll()) all.push(event);
  await store.close();
  return all;
};

describe('row 33: a farm that is backed up while it builds', () => {
  const farm = new FarmOfFakes();
  const events = farm.stores.GILD_EVENTS.slice('sqlite:'.length);
  const objects = farm.stores.GILD_OBJECTS.slice('directory:'.length);
  const store = sqliteEventStore({ path: events, clock: systemClock });
  const ofFarm = gildIn({ ...farm.stores, GILD_SIGNING_KEY: at('signing.pem') });
  const build = (name: string) =>
    gildIn(farm.env)('build', farm.file(`${name}.json`, { name, base_os: 'debian', os_version: '12' }));
  const kept = at('kept.txt');

  beforeAll(async () => {
    await farm.start();
    expect(await build('web')).toMatchObject({ code: 0 });
    await sign({ store, objects }, at('signing.pem'));
    const building = build('database');
    expect(await ofFarm('backup', at('backup'))).toMatchObject({
      code: 0,
      json: { manifest: { lacking: [] } },
    });
    expect(await building).toMatchObject({ code: 0 });
    expect(await build('later')).toMatchObject({ code: 0 });
    await sign({ store, objects }, at('signing.pem'));
    const checkpoints = join(objects, 'objects/proof/checkpoint');
    writeFileSync(kept, readFileSync(join(checkpoints, readdirSync(checkpoints).sort().at(-1) ?? '')));
  });
  afterAll(async () => {
    await store.close();
    await farm.stop();
  });

  it('is the same farm on an empty host, up to one position, with every byte proven', async () => {
    expect(await gildIn({})('backup', 'verify', at('backup'))).toMatchObject({
      code: 0,
      json: { damaged: [] },
    });
    const restored = await gildIn({})('restore', at('backup'), '--home', at('host'));
    expect(restored).toMatchObject({
      code: 0,
      json: { damaged: [], unclaimed: [], audit: { proven: true, findings: [] }, key: 'none' },
    });
    const before = await allOf(events);
    const after = await allOf(join(at('host'), 'events.db'));
    expect(after).toStrictEqual(before.slice(0, after.length));
    expect(after.length).toBeGreaterThan(5);
    const host = gildIn({ GILD_HOME: at('host') });
    expect(await host('verify', 'web@1.0.0')).toMatchObject({ code: 0, json: { verified: true } });
    expect(await host('replay', '--verify')).toMatchObject({ code: 0, json: { equal: true } });
  });

  it('restored from before its newest checkpoint, is known as older by who kept that', async () => {
    const host = gildIn({ GILD_HOME: at('noticed') });
    const restored = await host('restore', at('backup'));
    expect(restored).toMatchObject({ code: 0 });
    const key = join(at('noticed'), 'keys/signing.pem');
    await makeSigningKeyFile(key);
    writeFileSync(key, readFileSync(at('signing.pem')));
    const audited = await host('audit', 'verify', '--checkpoint', kept);
    expect(audited).toMatchObject({ code: 1, json: { proven: false, kept: { verdict: 'shorter' } } });
  });

  it('where its objects outlived it, names those no event claims, leaves them, and tells that events are gone', async () => {
    const stores = {
      GILD_EVENTS: `sqlite:${at('behind/events.db')}`,
      GILD_OBJECTS: farm.stores.GILD_OBJECTS,
    };
    const restored = await gildIn(stores)('restore', at('backup'));
    expect(restored).toMatchObject({ code: 1, json: { damaged: [], audit: { proven: false } } });
    const unclaimed = restored.json?.unclaimed ?? [];
    expect(unclaimed.every((key) => readFileSync(join(objects, 'objects', key)).length > 0)).toBe(true);
    expect(unclaimed.some((key) => key.startsWith('logs/') || key.startsWith('inputs/'))).toBe(true);
  });

  it('is copied again only as far as it grew', async () => {
    const grown = await ofFarm('backup', at('backup'), '--with-keys');
    expect(grown).toMatchObject({ code: 0 });
    const { copied = 0, manifest = { objects: 0 } } = grown.json ?? {};
    expect(copied).toBeGreaterThan(0);
    expect(copied).toBeLessThan(manifest.objects);
    expect(await ofFarm('backup', at('backup'))).toMatchObject({ json: { copied: 0 } });
    expect(statSync(join(at('backup'), 'signing.pem')).mode & 0o777).toBe(0o600);
    expect(await gildIn({})('restore', at('backup'), '--home', at('keyed'))).toMatchObject({
      ...{ code: 0, json: { key: 'restored', audit: { proven: true } } },
    });
    expect(statSync(homeOf({ GILD_HOME: at('keyed') }).signingKey).mode & 0o777).toBe(0o600);
  });
});

describe('a backup of a home', () => {
  const home = homeOf({ GILD_HOME: at('home') });
  const ofHome = gildIn({ GILD_HOME: home.root });
  const record = async (count: number) => {
    const store = sqliteEventStore({ path: home.events, clock: systemClock });
    for (let n = 0; n < count; n += 1) await store.append('job-a', 'any', [numberedEvent(n)]);
    await store.close();
  };

  it('is refused where there is no farm, and of one at GILD_URL alone', async () => {
    expect(await ofHome('backup', at('none'))).toMatchObject({
      code: 2,
      said: expect.stringContaining('no farm'),
    });
    const remote = gildIn({ GILD_URL: 'http://127.0.0.1:1' });
    expect(await remote('backup', at('none'))).toMatchObject({
      ...{ code: 2, said: expect.stringContaining('set GILD_EVENTS and GILD_OBJECTS as the registry') },
    });
    expect(await ofHome('backup', 'verify', at('none'))).toMatchObject({ code: 2 });
  });

  it('is restored neither over recorded events, nor under a farm that runs', async () => {
    prepared(home.root);
    await record(3);
    expect(await ofHome('backup', at('small'))).toMatchObject({ code: 0, json: { manifest: { events: 3 } } });
    const before = await allOf(home.events);
    expect(await ofHome('restore', at('small'))).toMatchObject({
      ...{ code: 3, said: expect.stringContaining('without events') },
    });
    expect(await allOf(home.events)).toStrictEqual(before);
    const lock = takeFarmLock(prepared(at('running')).lock);
    expect(await gildIn({ GILD_HOME: at('running') })('restore', at('small'))).toMatchObject({
      ...{ code: 3, said: expect.stringContaining('a farm runs') },
    });
    lock?.release();
  });

  it('goes to no folder that another backup writes to, and is damaged where a page of it is', async () => {
    const lock = takeFarmLock(join(at('small'), 'backup.lock'));
    expect(await ofHome('backup', at('small'))).toMatchObject({ code: 3 });
    lock?.release();
    const [page = ''] = readdirSync(join(at('small'), 'objects/events'));
    writeFileSync(join(at('small'), 'objects/events', page), 'torn');
    expect(await ofHome('backup', 'verify', at('small'))).toMatchObject({
      ...{ code: 1, said: expect.stringContaining(`events/${page} is damaged`) },
    });
    expect(await gildIn({})('restore', at('small'), '--home', at('never'))).toMatchObject({ code: 1 });
    expect(readdirSync(at('never'))).not.toContain('events.db');
  });
});

/** A home as a farm finds it. */
const prepared = (root: string) => {
  const home = homeOf({ GILD_HOME: root });
  mkdirSync(root, { recursive: true });
  return home;
};
