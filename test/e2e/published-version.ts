import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { objectKeys, streams } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { directoryObjectStore } from '@gild/object-store-directory';
import { clockOfTheHost } from '@gild/testing';

const JOB = '01J00000000000000000000001';
const NOW = '2026-01-01T00:00:00.000Z';
const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** Has web@1.0.0 published in the farm whose events and objects lie in the folder, without a build of it. */
export const publishVersion = async (folder: string, disk: Uint8Array): Promise<void> => {
  const objects = directoryObjectStore(join(folder, 'objects'));
  const { key, sizeBytes } = await objects.put(objectKeys.artifact(sha256(disk), '.qcow2'), disk);
  const list = new TextEncoder().encode('[]');
  const packages = await objects.put(objectKeys.packages(sha256(list)), list);
  const artifact = {
    ...{ object: { key, sha256: sha256(disk), sizeBytes }, arch: 'x86_64', format: 'qcow2' },
    ...{ virtualSizeBytes: 1, rootfsSha256: sha256('root'), taskservVersions: {} },
    packages: { key: packages.key, sha256: packages.sha256, sizeBytes: packages.sizeBytes },
  };
  const made = {
    ...{ jobId: JOB, attempt: 1, inputDigest: sha256('inputs'), version: '1.0.0', buildNumber: 1 },
    ...{ definition: {}, definitionDigest: sha256('definition') },
  };
  const store = sqliteEventStore({ path: join(folder, 'events.db'), clock: clockOfTheHost });
  await store.append(streams.version('web', '1.0.0'), 'none', [
    {
      ...{ id: randomUUID(), type: 'VersionPublished' },
      data: { ...made, imageName: 'web', createdBy: 'ada', artifact },
      metadata: { time: NOW, actor: 'test', correlationId: 'c', causationId: 'c', schema: 1 },
    },
  ]);
  await store.close();
};
