import { objectKeys } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { randomIds, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import { type EventStore, Fault, type ObjectStore, type RecordedEvent } from '@gild/ports';
import { hex, publicKeyPem } from '@gild/proof-domain';
import { faultOf, memoryObjectStore } from '@gild/testing';
import { newSigner, PublishedUnderTest } from '../provenance/published-under-test.spec.js';
import { backUp } from './back-up.js';
import type { Course } from './backup-deps.js';
import type { BackupPlace } from './manifest.js';
import { restore } from './restore.js';
import { verifyBackup } from './verify-backup.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const digestOf = (text: string) => hex(sha256OfBytes(utf8(text)));
const inPeace: Course = { signal: new AbortController().signal, progress: () => undefined };

/** A farm in memory: what it records, and the objects it keeps. */
class Farm {
  readonly store = memoryEventStore();
  readonly kept = new Map<string, Uint8Array>();
  readonly objects: ObjectStore = memoryObjectStore(this.kept);

  get contents(): [key: string, text: string][] {
    return [...this.kept].map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]);
  }

  async record(stream: string, type: string, data: Record<string, unknown>): Promise<void> {
    const metadata = { time: 'now', actor: 'ada', correlationId: 'c', causationId: 'c', schema: 1 };
    await this.store.append(stream, 'any', [{ id: randomIds.uuid(), type, data, metadata }]);
  }

  /** An image as a builder leaves it, with a log and the inputs it was made of. */
  async image(name: string): Promise<void> {
    const { created: _, ...object } = await this.objects.put(
      objectKeys.artifact(digestOf(name), '.qcow2'),
      utf8(name),
    );
    await this.objects.put(objectKeys.inputs(digestOf(`inputs of ${name}`)), utf8(`inputs of ${name}`));
    await this.objects.put(objectKeys.logChunk(name, 1, 1), utf8(`log of ${name}`));
    await this.record(`job-${name}`, 'BuildRequested', { inputDigest: digestOf(`inputs of ${name}`) });
    await this.record(`job-${name}`, 'ArtifactReported', { attempt: 1, artifact: { object } });
  }
}

/** A folder for backups in memory. */
class Folder implements BackupPlace {
  readonly kept = new Map<string, Uint8Array>();
  readonly writes: string[] = [];
  manifest: string | undefined;
  readonly objects: ObjectStore;

  constructor() {
    const inner = memoryObjectStore(this.kept);
    this.objects = {
      ...inner,
      put: async (key, source, expected) => {
        const stored = await inner.put(key, source, expected);
        if (stored.created) this.writes.push(key);
        return stored;
      },
    };
  }

  readManifest = () => Promise.resolve(this.manifest);
  writeManifest = (text: string) => Promise.resolve(void (this.manifest = text));

  flip(prefix: string): void {
    for (const [key, bytes] of this.kept) if (key.startsWith(prefix)) bytes[0] = (bytes[0] ?? 0) ^ 1;
  }
}

const eventsOf = async (store: EventStore): Promise<Omit<RecordedEvent, 'position'>[]> => {
  const events = [];
  for await (const { position: _, ...event } of store.readAll()) events.push(event);
  return events;
};

describe('a backup', () => {
  let farm: Farm;
  let place: Folder;
  beforeEach(async () => {
    farm = new Farm();
    place = new Folder();
    await farm.image('one');
  });

  const saving = (changed: Partial<Farm> = {}, course = inPeace) =>
    backUp(
      {
        ...{ store: changed.store ?? farm.store, objects: changed.objects ?? farm.objects, place },
        ...{ clock: { now: () => '2026-11-27T00:00:00Z' }, sha256OfBytes, release: '1' },
      },
      course,
    );
  const judging = { sha256OfBytes, verifySignature: verifyEd25519 };
  const verifying = () => verifyBackup({ place, ...judging }, inPeace);
  const restoring = (into: Farm, course = inPeace) => restore({ ...into, place, ...judging }, course);

  it('gives an empty farm the same events in the same order, and every object they name', async () => {
    await farm.image('two');
    await saving();
    const other = new Farm();
    const { damaged, unclaimed } = await restoring(other);
    expect([damaged, unclaimed]).toStrictEqual([[], []]);
    expect(await eventsOf(other.store)).toStrictEqual(await eventsOf(farm.store));
    expect(new Map(other.contents)).toStrictEqual(new Map(farm.contents));
  });

  it('of later copies only what is new', async () => {
    await saving();
    await farm.image('two');
    place.writes.length = 0;
    const { copied } = await saving();
    expect([copied, place.writes.filter((key) => !/^(events|lists)/.test(key))]).toStrictEqual([
      3,
      [
        objectKeys.artifact(digestOf('two'), '.qcow2'),
        objectKeys.inputs(digestOf('inputs of two')),
        objectKeys.logChunk('two', 1, 1),
      ].sort(),
    ]);
    expect([...place.kept.keys()].filter((key) => /^(events|lists)/.test(key))).toHaveLength(2);
  });

  it('writes nothing anew when nothing happened since', async () => {
    await saving();
    place.writes.length = 0;
    expect(await saving()).toMatchObject({ copied: 0, copied_bytes: 0 });
    expect(place.writes).toStrictEqual([]);
  });

  it('keeps objects of types of events that this release does not know', async () => {
    const { created: _, ...picture } = await farm.objects.put('images/x', utf8('x'));
    await farm.record('gallery-1', 'PictureHung', { frame: [{ picture }] });
    await saving();
    expect(place.kept.has('images/x')).toBe(true);
  });

  it('ends at one position, though the farm goes on recording', async () => {
    const busy: EventStore = {
      ...farm.store,
      readAll: async function* (range) {
        for await (const event of farm.store.readAll(range)) {
          await farm.record('job-one', 'StepStarted', { attempt: 1, step: 's' });
          yield event;
        }
      },
      head: () => farm.store.head(),
      comparePositions: (a, b) => farm.store.comparePositions(a, b),
    };
    const { manifest } = await saving({ store: busy });
    expect(manifest.events).toBe(2);
    await expect(verifying()).resolves.toMatchObject({ damaged: [] });
  });

  it('that ends in the middle leaves the one before it as it was', async () => {
    await saving();
    const before = place.manifest;
    await farm.image('two');
    const stopped = new AbortController();
    const course = { signal: stopped.signal, progress: () => stopped.abort() };
    await expect(saving({}, course)).rejects.toMatchObject({ name: 'AbortError' });
    expect(place.manifest).toBe(before);
    await expect(verifying()).resolves.toMatchObject({ manifest: { events: 2 }, damaged: [] });
  });

  it('that finds its disk full says so, and leaves the one before it as it was', async () => {
    await saving();
    const before = place.manifest;
    await farm.image('two');
    const full = { ...place.objects, put: () => Promise.reject(new Fault('STORE_FULL', 'free some space')) };
    const onFullDisk = { ...place, objects: full, readManifest: place.readManifest };
    const given = { ...farm, place: onFullDisk, clock: { now: () => 'now' }, sha256OfBytes, release: '1' };
    expect(await faultOf(backUp(given, inPeace))).toMatchObject({ code: 'STORE_FULL' });
    expect(place.manifest).toBe(before);
    await expect(verifying()).resolves.toMatchObject({ damaged: [] });
  });

  it('reads the history again when a version is deleted while its objects are copied', async () => {
    const key = objectKeys.artifact(digestOf('one'), '.qcow2');
    const object = { key, sha256: digestOf('one'), sizeBytes: 3 };
    await farm.record('imageVersion-one@1', 'VersionPublished', { artifact: { object } });
    const deleting: ObjectStore = {
      ...farm.objects,
      read: async function* (object) {
        if (object.key === key && farm.kept.delete(key))
          await farm.record('storage-local', 'ObjectsRemoved', { keys: [key] });
        yield* farm.objects.read(object);
      },
    };
    const { manifest } = await saving({ objects: deleting });
    expect([manifest.events, manifest.lacking]).toStrictEqual([4, []]);
  });

  it('names an object that the farm has lost, and holds everything else', async () => {
    farm.kept.delete(objectKeys.inputs(digestOf('inputs of one')));
    const { manifest } = await saving();
    expect(manifest.lacking).toMatchObject([{ key: objectKeys.inputs(digestOf('inputs of one')) }]);
    expect(manifest.objects).toBe(2);
  });

  describe('of what an agent alone reported', () => {
    const report = (object: object) =>
      farm.record('job-one', 'ArtifactReported', { attempt: 2, artifact: { object } });
    const image = { key: objectKeys.artifact(digestOf('two'), '.qcow2'), sha256: digestOf('two') };

    it.each([
      ['a key that is none', { key: '../../x', sha256: digestOf('x'), sizeBytes: 1 }],
      ['an object that was refused', { ...image, sizeBytes: 3 }],
    ])('is whole without %s', async (_, object) => {
      await report(object);
      const { manifest } = await saving();
      expect([manifest.lacking, manifest.objects]).toStrictEqual([[], 3]);
    });

    it('holds what was published, whatever size was reported of it before or after', async () => {
      const { created: _, ...published } = await farm.objects.put(image.key, utf8('two'));
      await report({ ...image, sizeBytes: 4 });
      await farm.record('imageVersion-two@1', 'VersionPublished', { artifact: { object: published } });
      await report({ ...image, sizeBytes: 5 });
      const { manifest } = await saving();
      expect([manifest.lacking, place.kept.has(image.key)]).toStrictEqual([[], true]);
    });
  });

  it('names a key of a published version that is none, and holds everything else', async () => {
    const object = { key: '../../x', sha256: digestOf('x'), sizeBytes: 1 };
    await farm.record('imageVersion-x@1', 'VersionPublished', { artifact: { object } });
    const { manifest } = await saving();
    expect(manifest.lacking).toMatchObject([{ key: '../../x', reason: expect.stringContaining('key') }]);
    expect(manifest.objects).toBe(3);
  });

  it('mends a damaged list of its objects when it is made again', async () => {
    await saving();
    place.flip('lists/');
    await saving();
    await expect(verifying()).resolves.toMatchObject({ manifest: { objects: 3 }, damaged: [] });
  });

  it('mends a damaged page of events when it is made again, of whatever size it is', async () => {
    await saving();
    place.flip('events/');
    await saving();
    await expect(verifying()).resolves.toMatchObject({ manifest: { events: 2 }, damaged: [] });
  });

  it('copies several small objects at a time, and never more than so many', async () => {
    for (let chunk = 2; chunk <= 40; chunk += 1)
      await farm.objects.put(objectKeys.logChunk('one', 1, chunk), utf8(`chunk ${String(chunk)}`));
    let [underWay, most] = [0, 0];
    const slow: ObjectStore = {
      ...farm.objects,
      head: async (key) => {
        most = Math.max(most, (underWay += 1));
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return farm.objects.head(key);
      },
    };
    const { manifest } = await saving({ objects: slow });
    expect([most, manifest.objects]).toStrictEqual([16, 42]);
  });

  it('refuses the place of a backup of another history, or of an older copy of this one', async () => {
    await farm.image('two');
    await saving();
    const before = place.manifest;
    const older = new Farm();
    await older.image('one');
    const other = new Farm();
    for (const name of ['one', 'two', 'three']) await other.image(name);
    expect(await faultOf(saving(older))).toMatchObject({ code: 'OTHER_HISTORY' });
    expect(await faultOf(saving(other))).toMatchObject({ code: 'OTHER_HISTORY' });
    expect(place.manifest).toBe(before);
  });

  it.each([
    ['images/', { damaged: [{ key: expect.stringMatching(/^images/) }] }],
    ['logs/', { damaged: [{ key: 'logs/one/1/000001' }] }],
  ])('names what of it is damaged under %s when it is verified', async (prefix, verdict) => {
    await saving();
    place.flip(prefix);
    await expect(verifying()).resolves.toMatchObject(verdict);
  });

  it.each(['events/', 'lists/'])(
    'is damaged as a whole when its %s are, and nothing is restored',
    async (prefix) => {
      await saving();
      place.flip(prefix);
      const other = new Farm();
      expect(await faultOf(verifying())).toMatchObject({ code: 'BACKUP_DAMAGED' });
      expect(await faultOf(restoring(other))).toMatchObject({ code: 'BACKUP_DAMAGED' });
      expect([await eventsOf(other.store), other.kept.size]).toStrictEqual([[], 0]);
    },
  );

  it('is proven by each key that its own events name and do not revoke', async () => {
    const signed = new PublishedUnderTest();
    await signed.publish('web', '1.0.0');
    await signed.sign();
    const publicKey = publicKeyPem(newSigner().publicKey);
    await signed.record('keys-local', 'SigningKeyIntroduced', { keyId: 'b', publicKey, name: 'gild/local' });
    const clock = { now: () => 'now' };
    await backUp(
      { ...{ store: signed.store, objects: signed.objects, place, clock }, sha256OfBytes, release: '1' },
      inPeace,
    );
    await expect(verifying()).resolves.toMatchObject({ manifest: { events: 7 }, signed_events: 6 });
  });

  it('is none before its manifest is there, or when that is no manifest', async () => {
    expect(await faultOf(verifying())).toMatchObject({ code: 'BACKUP_ABSENT' });
    place.manifest = '{"gild_backup":2}';
    expect(await faultOf(verifying())).toMatchObject({ code: 'BACKUP_DAMAGED' });
  });

  it('notices a page that its manifest does not mean', async () => {
    await saving();
    const manifest = JSON.parse(place.manifest ?? '') as { events: number };
    place.manifest = JSON.stringify({ ...manifest, events: 3 });
    expect(await faultOf(verifying())).toMatchObject({
      message: expect.stringContaining('expected 3 under'),
    });
  });

  describe('restored', () => {
    it('where something else is recorded already is refused, also what only begins as it does', async () => {
      await saving();
      const other = new Farm();
      await other.image('two');
      expect(await faultOf(restoring(other))).toMatchObject({ code: 'STATE_NOT_EMPTY' });
      await farm.image('two');
      expect(await faultOf(restoring(farm))).toMatchObject({
        ...{ code: 'STATE_NOT_EMPTY', message: expect.stringContaining('.restoring') },
      });
    });

    it('goes on where it ended after its last event, and gives every object', async () => {
      await saving();
      const other = new Farm();
      await restoring(other);
      other.kept.clear();
      await restoring(other);
      expect(await eventsOf(other.store)).toStrictEqual(await eventsOf(farm.store));
      expect(new Map(other.contents)).toStrictEqual(new Map(farm.contents));
    });

    it('goes on where an interrupted restore ended', async () => {
      await farm.image('two');
      await saving();
      const other = new Farm();
      const stopped = new AbortController();
      const progress: Course['progress'] = ({ doing, done }) => {
        if (doing === 'events' && done === 3) stopped.abort();
      };
      await expect(restoring(other, { signal: stopped.signal, progress })).rejects.toThrow();
      expect(await eventsOf(other.store)).toHaveLength(2);
      await restoring(other);
      expect(await eventsOf(other.store)).toStrictEqual(await eventsOf(farm.store));
    });

    it('row 33: where the objects are newer, says which no event claims, and deletes none', async () => {
      await saving();
      await farm.image('newer');
      const survivor = new Farm();
      for (const [key, bytes] of farm.kept) survivor.kept.set(key, bytes);
      const { unclaimed } = await restoring(survivor);
      expect(unclaimed).toStrictEqual(
        [
          objectKeys.artifact(digestOf('newer'), '.qcow2'),
          objectKeys.inputs(digestOf('inputs of newer')),
          objectKeys.logChunk('newer', 1, 1),
        ].sort(),
      );
      expect(survivor.contents).toStrictEqual(farm.contents);
    });

    it('mends an object that is there and damaged, and names one that the backup has damaged', async () => {
      await farm.image('two');
      await saving();
      const survivor = new Farm();
      const key = objectKeys.artifact(digestOf('one'), '.qcow2');
      survivor.kept.set(key, utf8('0ne'));
      const lost = objectKeys.artifact(digestOf('two'), '.qcow2');
      place.flip(lost);
      const { damaged } = await restoring(survivor);
      expect(damaged).toMatchObject([{ key: lost }]);
      expect(new Map(survivor.contents).get(key)).toBe('one');
      expect(survivor.kept.has(lost)).toBe(false);
    });
  });
});
