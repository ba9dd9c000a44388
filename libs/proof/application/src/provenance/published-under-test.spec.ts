import { createHash, generateKeyPairSync } from 'node:crypto';
import { objectKeys, streams } from '@gild/contracts';
import { memoryEventStore } from '@gild/event-store-memory';
import { ed25519Signer, randomIds, sha256, sha256OfBytes, verifyEd25519 } from '@gild/node-runtime';
import type { ObjectStore } from '@gild/ports';
import { fakeClock, memoryObjectStore } from '@gild/testing';
import { auditService } from '../audit/audit-service.js';
import { Notary } from '../notary/notary.js';
import type { ProofDeps } from '../proof-deps.js';

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const stored = (text: string) => ({
  key: `images/${digest(text)}.qcow2`,
  sha256: digest(text),
  sizeBytes: 1,
});

export const newSigner = (name = 'gild/local') =>
  ed25519Signer(name, generateKeyPairSync('ed25519').privateKey);

/** A history in memory, in which versions are published, and its notary. */
export class PublishedUnderTest {
  readonly store = memoryEventStore();
  readonly contents = new Map<string, Uint8Array>();
  objects: ObjectStore = memoryObjectStore(this.contents);
  readonly clock = fakeClock();
  readonly reported: unknown[] = [];
  readonly refused: unknown[] = [];
  signer: ProofDeps['signer'] = newSigner();

  deps(changed: Partial<ProofDeps> = {}): ProofDeps {
    return {
      ...{ store: this.store, objects: this.objects, clock: this.clock, ids: randomIds, sha256 },
      ...{ sha256OfBytes, verifySignature: verifyEd25519, signer: this.signer, registryId: 'local' },
      report: (error) => void this.reported.push(error),
      refused: (error) => void this.refused.push(error),
      ...changed,
    };
  }

  get audit() {
    return auditService(this.deps());
  }

  /** One life of a notary: it looks at everything there is. */
  async sign(changed: Partial<ProofDeps> = {}): Promise<void> {
    const notary = new Notary(this.deps(changed));
    notary.start();
    await this.clock.settle();
    await notary.stop();
  }

  async record(stream: string, type: string, data: Record<string, unknown>): Promise<void> {
    const metadata = {
      ...{ time: this.clock.now(), actor: 'test', correlationId: 'c', causationId: 'c', schema: 1 },
    };
    await this.store.append(stream, 'any', [{ id: randomIds.uuid(), type, data, metadata }]);
  }

  /** What the builds from here on are made of. */
  taskservs: readonly object[] = [];

  /** A version with one image file for each architecture, and all that is on record of it. */
  async publish(image: string, version: string, arches: readonly string[] = ['x86_64']): Promise<void> {
    const built = [];
    for (const arch of arches) built.push(await this.#build(image, version, arch));
    const [first, ...others] = built;
    await this.record(streams.version(image, version), 'VersionPublished', {
      ...{ imageName: image, version, buildNumber: 1, createdBy: 'ada', definition: { name: image } },
      ...{ definitionDigest: digest('definition'), ...first, ...(others.length > 0 && { others }) },
    });
  }

  async #build(image: string, version: string, arch: string) {
    const jobId = `JOB-${image}-${version}-${arch}`;
    const inputs = JSON.stringify({
      engine: 5,
      arch,
      definition: { name: image },
      taskservs: this.taskservs,
    });
    const inputDigest = digest(inputs);
    await this.objects.put(objectKeys.inputs(inputDigest), new TextEncoder().encode(inputs));
    const artifact = {
      object: stored(`disk ${image} ${version} ${arch}`),
      ...{ arch, format: 'qcow2', virtualSizeBytes: 1, rootfsSha256: digest('root') },
      ...{ packages: stored('packages'), taskservVersions: {} },
    };
    const job = streams.job(jobId);
    await this.record(job, 'BuildRequested', {
      ...{ jobId, imageName: image, imageVersion: version, buildNumber: 1, arch, inputDigest },
      ...{ definition: { name: image }, definitionDigest: digest('definition'), priority: 0 },
      ...{ requestedBy: 'ada', useCache: true, bootTest: true, infrastructureRetries: 3, timeoutMs: 1 },
    });
    await this.record(job, 'AttemptGranted', { attempt: 1, agentId: 'host-1', leaseMs: 1 });
    await this.record(job, 'ArtifactReported', { attempt: 1, artifact });
    return { jobId, attempt: 1, inputDigest, artifact };
  }

  /** What is recorded in a stream. */
  async eventsOf(stream: string) {
    const events = [];
    for await (const event of this.store.readStream(stream)) events.push(event);
    return events;
  }

  provenanceKeys(): string[] {
    return [...this.contents.keys()].filter((key) => key.startsWith('provenance/'));
  }
}
