import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256OfBytes } from '@gild/node-runtime';
import { bestS3Candidate, numberedEvent, startKurrentFake } from '@gild/testing';
import { GildUnderTest } from '../../gild-under-test.spec.js';
import { truthPlace } from './truth.js';

const gild = async (env: NodeJS.ProcessEnv, ...args: string[]) => {
  const under = new GildUnderTest();
  under.env = env;
  const ran = await under.run([...args, '--json']);
  return { ...ran, json: JSON.parse(ran.stdout === '' ? '{}' : ran.stdout) as object };
};

/** Two places of a kind, each with nothing in it. */
type Places = { places: readonly [NodeJS.ProcessEnv, NodeJS.ProcessEnv]; stop: () => Promise<void> };

const files = (folder: string): Promise<Places> => {
  const place = (name: string) => ({
    GILD_EVENTS: `sqlite:${join(folder, name, 'events.db')}`,
    GILD_OBJECTS: `directory:${join(folder, name, 'objects')}`,
  });
  return Promise.resolve({ places: [place('one'), place('other')], stop: () => Promise.resolve() });
};

const services = async (): Promise<Places> => {
  const [one, other, s3] = [
    await startKurrentFake(),
    await startKurrentFake(),
    await bestS3Candidate().start(),
  ];
  const { host, port } = s3.location;
  const place = (events: string, bucket: string) => ({
    ...{ GILD_EVENTS: events, GILD_OBJECTS: `s3:http://${host}:${String(port)}/${bucket}` },
    ...{ GILD_S3_ACCESS_KEY: s3.accessKey, GILD_S3_SECRET_KEY: s3.secretKey, GILD_S3_PLAINTEXT: 'allowed' },
  });
  return {
    places: [place(one.connectionString, 'gild-one'), place(other.connectionString, 'gild-other')],
    stop: async () => {
      one.stop();
      other.stop();
      await s3.stop();
    },
  };
};

describe.each([
  ['files', files],
  ['KurrentDB and S3', services],
])('row 33: a backup of %s', (_, start) => {
  let folder: string;
  let given: Places;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gild-stores-'));
    given = await start(folder);
  });
  afterAll(async () => {
    await given.stop();
    rmSync(folder, { recursive: true });
  });

  const put = async (env: NodeJS.ProcessEnv, text: string) => {
    const bytes = new TextEncoder().encode(text);
    const digest = Buffer.from(sha256OfBytes(bytes)).toString('hex');
    const objects = await truthPlace(env).openObjects(() => undefined);
    const { created: _, ...object } = await objects.put(`layers/${digest}`, bytes, digest);
    return object;
  };
  const eventsIn = async (env: NodeJS.ProcessEnv) => {
    const store = await truthPlace(env).openEvents();
    const events = [];
    for await (const { position: __, ...event } of store.readAll()) events.push(event);
    await store.close();
    return events;
  };

  it('is restored where newer objects outlived a farm: event by event, and what no event claims is named and left', async () => {
    const [one, other] = given.places;
    const layer = await put(one, 'a layer');
    const store = await truthPlace(one).openEvents();
    const named = { ...numberedEvent(3), type: 'LayerKept', data: { layer } };
    await store.append('job-a', 'none', [numberedEvent(1), numberedEvent(2)]);
    await store.append('layers-a', 'none', [named]);
    await store.close();
    expect(await gild(one, 'backup', join(folder, 'backup'))).toMatchObject({
      ...{ code: 0, json: { copied: 1, manifest: { events: 3, lacking: [] } } },
    });
    const newer = await put(other, 'a newer layer');
    expect(await gild(other, 'restore', join(folder, 'backup'))).toMatchObject({
      ...{ code: 0, json: { damaged: [], unclaimed: [newer.key] } },
    });
    expect(await eventsIn(other)).toStrictEqual(await eventsIn(one));
    const objects = await truthPlace(other).openObjects(() => undefined);
    for (const { key, sizeBytes } of [layer, newer])
      expect(await objects.head(key)).toMatchObject({ sizeBytes });
  });

  it('takes no place that has other events, and changes nothing there', async () => {
    const [one] = given.places;
    const before = await eventsIn(one);
    const store = await truthPlace(one).openEvents();
    await store.append('job-b', 'none', [numberedEvent(1)]);
    await store.close();
    expect(await gild(one, 'restore', join(folder, 'backup'))).toMatchObject({ code: 3 });
    expect((await eventsIn(one)).slice(0, -1)).toStrictEqual(before);
  });
});
