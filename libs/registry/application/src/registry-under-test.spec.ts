import { createHash } from 'node:crypto';
import {
  objectKeys,
  partsOf,
  streams,
  Taskserv,
  type Artifact,
  type GoldenImageBuildJob,
  type PreparedBuild,
} from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import type { ObjectStore, RecordedEvent } from '@gild/ports';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import type { RegistryDeps } from './registry-deps.js';
import { registryService } from './registry-service.js';

export const sha256 = (text: string | Uint8Array): string => createHash('sha256').update(text).digest('hex');

const taskserv = (name: string, requires: string[] = []): Taskserv =>
  Taskserv.parse({
    name,
    description: name,
    version_package: name,
    requires,
    distributions: { debian: [{ packages: [name] }] },
    checks: [{ name: 'up', unit: name }],
  });

export const CATALOGUE = [
  taskserv('nginx'),
  taskserv('redis'),
  taskserv('containerd'),
  taskserv('kubernetes', ['containerd']),
];

export const web = { name: 'web', base_os: 'debian', os_version: '12', arch: 'x86_64', taskservs: ['nginx'] };

/** A job for a second architecture has the number of the first and this. */
export const OTHER = 100;

/** Job ids are ULIDs; this makes one that ends in the number. */
export const jobId = (number: number): string => `01J${String(number).padStart(23, '0')}`;

const uuid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

type Options = { objects?: (inner: ObjectStore) => ObjectStore; builds?: GoldenImageBuildJob[] };

/** A registry on an event log and objects in memory, at a clock that stands still. */
export const registryUnderTest = (options: Options = {}) => {
  const store = memoryEventStore();
  const contents = new Map<string, Uint8Array>();
  const objects = memoryObjectStore(contents);
  const clock = fakeClock();
  const reported: unknown[] = [];
  let made = 0;
  const deps: RegistryDeps = {
    store,
    objects: options.objects?.(objects) ?? objects,
    clock,
    ids: { uuid: () => uuid((made += 1)), ulid: () => jobId((made += 1)) },
    sha256,
    catalogue: { all: async () => new Map(CATALOGUE.map((it) => [it.name, it])) },
    builds: async () => options.builds ?? [],
    registryId: 'gild',
    location: 'memory',
    report: (error) => reported.push(error),
  };
  const registry = registryService(deps);

  const record = async (stream: string, type: string, data: Record<string, unknown>): Promise<string> => {
    const metadata = { time: clock.now(), actor: 'test', correlationId: 'c', causationId: 'c', schema: 1 };
    const result = await store.append(stream, 'any', [{ id: uuid((made += 1)), type, data, metadata }]);
    return result.ok ? result.position : '';
  };

  const prepare = (job: number, definition: unknown = web, options: object = {}) =>
    registry.prepareBuild({
      ...{ jobId: jobId(job), otherJobIds: [jobId(OTHER + job)] },
      ...{ actor: 'ada', definition, options },
    });

  /** What the scheduler records when it takes over a prepared build: for each architecture a request. */
  const request = async (job: number, definition?: unknown, options?: object) => {
    const { version, ...build } = await prepare(job, definition, options);
    for (const part of partsOf(build)) await requestPart({ ...build, ...part }, version);
    return { ...build, version };
  };
  const requestPart = (build: Omit<PreparedBuild, 'version' | 'arch'> & { arch: string }, version: string) =>
    record(streams.job(build.jobId), 'BuildRequested', {
      ...build,
      imageVersion: version,
      priority: 0,
      requestedBy: 'ada',
      useCache: true,
      bootTest: true,
      infrastructureRetries: 3,
      timeoutMs: 1_800_000,
    });

  /** What an agent leaves behind: the disk in the object store and the report of it. */
  const report = async (job: number, attempt = 1, strange: Partial<Artifact> = {}) => {
    const bytes = `disk ${String(job)}.${String(attempt)}`;
    const disk = new TextEncoder().encode(bytes);
    const list = new TextEncoder().encode('[]');
    const object = await objects.put(objectKeys.artifact(sha256(disk), '.qcow2'), disk);
    const packages = await objects.put(objectKeys.packages(sha256(list)), list);
    const artifact: Artifact = {
      object: { key: object.key, sha256: object.sha256, sizeBytes: object.sizeBytes },
      arch: 'x86_64',
      format: 'qcow2',
      virtualSizeBytes: 10_737_418_240,
      rootfsSha256: sha256('root'),
      packages: { key: packages.key, sha256: packages.sha256, sizeBytes: packages.sizeBytes },
      taskservVersions: { nginx: '1.22.1-9' },
      ...strange,
    };
    await record(streams.job(jobId(job)), 'ArtifactReported', { attempt, artifact });
    return artifact;
  };

  const fail = (job: number) =>
    record(streams.job(jobId(job)), 'BuildFailed', {
      failure: { class: 'install', code: 'SCRIPT_FAILED', message: 'exit 1' },
      attempts: 1,
    });

  const typesOf = async (stream: string): Promise<string[]> => {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream(stream)) events.push(event);
    return events.map(({ type }) => type);
  };

  return {
    registry,
    deps,
    store,
    contents,
    clock,
    reported,
    record,
    prepare,
    request,
    report,
    fail,
    typesOf,
  };
};
