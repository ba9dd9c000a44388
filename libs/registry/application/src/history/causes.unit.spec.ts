import { streams } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import type { EventMetadata, EventStore, RecordedEvent } from '@gild/ports';
import { causesIn } from './causes.js';

let store: EventStore;
beforeEach(() => {
  store = memoryEventStore();
});

const METADATA = { time: '2026-01-01T00:00:00.000Z', actor: 'ada', correlationId: 'c', schema: 1 };
const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
let made = 0;

type Cause = { by?: string; in?: string; data?: Record<string, unknown> };
const record = async (stream: string, type: string, { by, in: where, data = {} }: Cause = {}) => {
  const id = idOf((made += 1));
  const metadata: EventMetadata = {
    ...{ ...METADATA, causationId: by ?? 'a request' },
    ...(where !== undefined && { causationStream: where }),
  };
  await store.append(stream, 'any', [{ id, type, data, metadata }]);
  return id;
};

const last = async (stream: string): Promise<RecordedEvent> => {
  for await (const event of store.readStream(stream, { direction: 'backwards', limit: 1 })) return event;
  throw new Error(`${stream} is empty`);
};
const chainOf = async (stream: string) => (await causesIn(store)(await last(stream))).map(({ type }) => type);

it('leads over the streams of all services to whoever asked', async () => {
  const published = await record('version-base@1.1.0', 'VersionPublished');
  const asked = await record('job-a', 'BuildRequested', { by: published, in: 'version-base@1.1.0' });
  const granted = await record('job-a', 'AttemptGranted', { by: asked });
  const reported = await record('job-a', 'ArtifactReported', { by: granted });
  await record('version-shop@2.0.0', 'VersionPublished', { by: reported, in: 'job-a' });
  expect(await chainOf('version-shop@2.0.0')).toStrictEqual([
    ...['ArtifactReported', 'AttemptGranted', 'BuildRequested', 'VersionPublished'],
  ]);
});

it.each([
  ['job-b', { jobId: 'b' }, streams.version('shop', '1.0.0')],
  ['job-b', { artifacts: [{ jobId: 'other' }, { jobId: 'b' }] }, streams.version('shop', '1.0.0')],
  ['image-base', { inherited: { imageName: 'base', version: '1.0.0' } }, streams.image('shop')],
  ['version-shop@1.0.0', { imageName: 'shop', version: '1.0.0' }, streams.provenance('shop', '1.0.0')],
])(
  'finds the cause in %s that an older release did not say the place of: %j',
  async (where, data, stream) => {
    const cause = await record(where, 'Cause');
    await record(stream, 'Effect', { by: cause, data });
    expect(await chainOf(stream)).toStrictEqual(['Cause']);
  },
);

it('finds the version that completed a build of an older release', async () => {
  await record('job-c', 'BuildRequested', { data: { imageName: 'shop', imageVersion: '1.0.0' } });
  const published = await record('version-shop@1.0.0', 'VersionPublished');
  await record('job-c', 'BuildCompleted', { by: published });
  expect(await chainOf('job-c')).toStrictEqual(['VersionPublished']);
});

it('says for which build a number was reserved, which is on record later', async () => {
  await record('image-shop', 'VersionReserved', { by: 'd', data: { jobId: 'd' } });
  await record('job-d', 'BuildRequested');
  expect(await chainOf('image-shop')).toStrictEqual(['BuildRequested']);
});

it('ends where nothing is on record of a cause, and where causes go in a circle', async () => {
  await record('job-e', 'Effect', { by: idOf(9999), in: 'job-lost' });
  expect(await chainOf('job-e')).toStrictEqual([]);
  const next = idOf(made + 2);
  await record('job-f', 'Hen', { by: next });
  await record('job-f', 'Egg', { by: idOf(made) });
  expect(await chainOf('job-f')).toStrictEqual(['Hen']);
  await record('job-g', 'Self', { by: idOf(made + 1) });
  expect(await chainOf('job-g')).toStrictEqual([]);
});

it('is cut off after 32 links', async () => {
  let by = await record('job-h', 'Link');
  for (let link = 0; link < 40; link += 1) by = await record('job-h', 'Link', { by });
  expect(await chainOf('job-h')).toHaveLength(32);
});

describe('what is read for causes', () => {
  const reading = () => {
    const streamsRead: string[] = [];
    const readStream: EventStore['readStream'] = (stream, range) => {
      streamsRead.push(stream);
      return store.readStream(stream, range);
    };
    return { causesOf: causesIn({ ...store, readStream }), streamsRead };
  };

  it('is the stream of the cause alone where the event names it, and nothing where a request led to it', async () => {
    const asked = await record('job-i', 'BuildRequested', { by: METADATA.correlationId });
    await record('version-web@1.0.0', 'VersionPublished', { by: asked, in: 'job-i' });
    const { causesOf, streamsRead } = reading();
    expect(await causesOf(await last('version-web@1.0.0'))).toMatchObject([{ type: 'BuildRequested' }]);
    expect(streamsRead).toStrictEqual(['job-i']);
  });

  it('is kept of the 64 streams used last', async () => {
    const events: RecordedEvent[] = [];
    for (let number = 0; number < 65; number += 1) {
      const stream = `job-many-${String(number)}`;
      const by = await record(stream, 'Cause', { by: METADATA.correlationId });
      await record(`effect-${String(number)}`, 'Effect', { by, in: stream });
      events.push(await last(`effect-${String(number)}`));
    }
    const { causesOf, streamsRead } = reading();
    const [first, second, ...others] = events;
    for (const event of [first, second, ...others.slice(0, -1), first, ...others.slice(-1)])
      await causesOf(event as RecordedEvent);
    expect(streamsRead).toHaveLength(65);
    for (const event of [first, second]) await causesOf(event as RecordedEvent);
    expect(streamsRead.slice(65)).toStrictEqual(['job-many-1']);
  });
});
