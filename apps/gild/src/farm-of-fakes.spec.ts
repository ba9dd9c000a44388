import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentLoop, type BuilderDeps, executeBuild } from '@gild/builder-application';
import { type Arch, ARCHES, PrepareBuild, RequestBuild, subjects, SyncRequest } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import { API_TOKEN, CLOCK, FARM, GatewayModule, IDS, MESSENGER, OBJECT_STORE } from '@gild/gateway-edge';
import {
  ed25519Signer,
  randomIds,
  sha256,
  sha256OfBytes,
  systemClock,
  verifyEd25519,
} from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import { auditService, Notary, type ProofDeps } from '@gild/proof-application';
import { registryService } from '@gild/registry-application';
import { schedulerService } from '@gild/scheduler-application';
import { fakeBuilder, type FakeBuilder, storingArchives } from '@gild/testing';
import { InProcessBus, inProcessMessenger } from '@gild/transport-inprocess';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const TOKEN = 'a-token-of-more-than-20-characters';

/** A whole farm with an HTTP API and one agent per architecture; only what its agents do to make an image is made up. */
export class FarmOfFakes {
  /** What the agents' builders do. */
  readonly builders = new Map<Arch, FakeBuilder>();
  readonly faults: unknown[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'gild-farm-'));
  readonly #store = sqliteEventStore({ path: join(this.#folder, 'events.db'), clock: systemClock });
  readonly objects = storingArchives(directoryObjectStore(join(this.#folder, 'objects')));
  /** Called before a range of a disk is sent. */
  onRange: () => void = () => undefined;
  readonly #bus = new InProcessBus();
  readonly #messenger = inProcessMessenger(this.#bus);
  readonly #shared = {
    ...{ store: this.#store, objects: this.objects, messenger: this.#messenger },
    ...{ clock: systemClock, ids: randomIds, sha256 },
    report: (error: unknown) => void this.faults.push(error),
  };
  readonly registry = registryService({
    ...this.#shared,
    catalogue: { all: async () => new Map() },
    builds: async () => [],
    ...{ registryId: 'local', location: this.#folder },
  });
  readonly scheduler = schedulerService(this.#shared);
  readonly #proof: ProofDeps = {
    ...{ ...this.#shared, registryId: 'local', sha256OfBytes, verifySignature: verifyEd25519 },
    signer: ed25519Signer('gild/local', generateKeyPairSync('ed25519').privateKey),
    refused: this.#shared.report,
  };
  readonly #notary = new Notary(this.#proof);
  readonly #leaving = new AbortController();
  #agents: Promise<unknown> = Promise.resolve();
  #api: INestApplication | undefined;

  /** What every disk holds: `disk for ARCH`, unless told. */
  constructor(private readonly diskOf: (arch: Arch) => string | Uint8Array = (arch) => `disk for ${arch}`) {}

  async start(): Promise<void> {
    this.#answer();
    await Promise.all([this.registry.start(), this.scheduler.start()]);
    this.#notary.start();
    this.#agents = Promise.all(ARCHES.map((arch) => this.#agent(arch)));
    this.#api = await NestFactory.create(
      GatewayModule.with([
        { provide: MESSENGER, useValue: this.#messenger },
        {
          provide: OBJECT_STORE,
          useValue: {
            ...this.objects,
            readRange: (...range: Parameters<typeof this.objects.readRange>) => {
              this.onRange();
              return this.objects.readRange(...range);
            },
          },
        },
        { provide: CLOCK, useValue: systemClock },
        { provide: IDS, useValue: randomIds },
        { provide: API_TOKEN, useValue: { value: TOKEN } },
        { provide: FARM, useValue: { kind: 'services' } },
      ]),
      { logger: false, forceCloseConnections: true, abortOnError: false },
    );
    await this.#api.listen(0, '127.0.0.1');
  }

  /** How a program finds it. */
  get env(): NodeJS.ProcessEnv {
    const { port } = (this.#api?.getHttpServer() as Server).address() as AddressInfo;
    return { GILD_URL: `http://127.0.0.1:${port}`, GILD_TOKEN: TOKEN };
  }

  /** Its stores, as a registry service is told of them. */
  get stores(): { GILD_EVENTS: string; GILD_OBJECTS: string } {
    return {
      GILD_EVENTS: `sqlite:${join(this.#folder, 'events.db')}`,
      GILD_OBJECTS: `directory:${join(this.#folder, 'objects')}`,
    };
  }

  file(name: string, content: unknown): string {
    const path = join(this.#folder, name);
    const isWritten = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(path, isWritten ? content : JSON.stringify(content));
    return path;
  }

  /** Has a service answer that is not of this farm, such as the cache manager of a host. */
  answer(subject: string, handler: (payload: unknown) => Promise<unknown>): void {
    this.#bus.answer(subject, handler);
  }

  /** Signs all there is, for the last time. */
  sign(): Promise<void> {
    return this.#notary.stop();
  }

  async stop(): Promise<void> {
    this.#leaving.abort();
    await this.#agents;
    await this.scheduler.stop();
    await this.registry.stop();
    await this.sign();
    await this.#api?.close();
    await this.#store.close();
    rmSync(this.#folder, { recursive: true });
  }

  #answer(): void {
    const { registry, scheduler } = this;
    const audit = auditService(this.#proof);
    const answers: Record<string, (payload: never) => Promise<unknown>> = {
      [subjects.prepareBuild]: (asked) => registry.prepareBuild(PrepareBuild.parse(asked)),
      [subjects.previewBuild]: (asked) => registry.previewBuild(asked),
      [subjects.version]: (asked) => registry.version(asked),
      [subjects.versions]: (asked) => registry.versions(asked),
      [subjects.reportVmStart]: (asked) => registry.reportVmStart(asked),
      [subjects.reportVmStop]: (asked) => registry.reportVmStop(asked),
      [subjects.vm]: (asked) => registry.vm(asked),
      [subjects.vms]: (asked) => registry.vms(asked),
      [subjects.announceHostCache]: (asked) => registry.announceHostCache(asked),
      [subjects.forgetHostCache]: (asked) => registry.forgetHostCache(asked),
      [subjects.hostCache]: (asked) => registry.hostCache(asked),
      [subjects.hostCaches]: (asked) => registry.hostCaches(asked),
      [subjects.history]: (asked) => registry.history(asked),
      [subjects.sbom]: (asked) => registry.sbom(asked),
      [subjects.provenance]: (asked) => audit.provenance(asked),
      [subjects.auditKey]: () => audit.key(),
      [subjects.auditKeys]: () => audit.keys(),
      [subjects.diff]: (asked) => registry.diff(asked),
      [subjects.verifyArtifact]: (asked) => registry.verifyArtifact(asked),
      [subjects.promote]: (asked) => registry.promote(asked),
      [subjects.rollBack]: (asked) => registry.rollBack(asked),
      [subjects.removeChannel]: (asked) => registry.removeChannel(asked),
      [subjects.deprecate]: (asked) => registry.deprecate(asked),
      [subjects.withdrawDeprecation]: (asked) => registry.withdrawDeprecation(asked),
      [subjects.revoke]: (asked) => registry.revoke(asked),
      [subjects.deleteVersion]: (asked) => registry.deleteVersion(asked),
      [subjects.channels]: (asked) => registry.channels(asked),
      [subjects.descendants]: (asked) => registry.descendants(asked),
      [subjects.outdated]: (asked) => registry.outdated(asked),
      [subjects.images]: (asked) => registry.images(asked),
      [subjects.policy]: (asked) => registry.policy(asked),
      [subjects.setPolicy]: (asked) => registry.setPolicy(asked),
      [subjects.changePolicy]: (asked) => registry.changePolicy(asked),
      [subjects.requestBuild]: (asked) => scheduler.requestBuild(RequestBuild.parse(asked)),
      [subjects.agentSync('*')]: (asked) => scheduler.agentSync(SyncRequest.parse(asked)),
      [subjects.job]: ({ jobId }: { jobId: string }) => scheduler.job(jobId),
      [subjects.jobs]: () => scheduler.jobs(),
      [subjects.cancelBuild]: (asked) => scheduler.cancelBuild(asked),
    };
    for (const [subject, answer] of Object.entries(answers)) {
      this.#bus.answer(subject, (payload) => answer(payload as never));
    }
  }

  #agent(arch: Arch): Promise<void> {
    const disk = this.diskOf(arch);
    const fake = fakeBuilder(this.file(`${arch}.qcow2`, disk), disk);
    this.builders.set(arch, fake);
    const deps: BuilderDeps = {
      ...fake,
      agentId: `agent-${arch}`,
      ...{ clock: systemClock, objects: this.objects, sha256, messenger: this.#messenger },
      objectsOf: () => this.objects,
      guest: { recipe: () => ({ files: [], enable: [], disable: [] }) },
      cacheDir: '/cache',
      limits: { idleMs: 60_000, logBytes: 1_000_000, diskBytes: 1, bootMs: 60_000, bootMemoryMiB: 1 },
      hostArch: arch,
    };
    return agentLoop({
      messenger: this.#messenger,
      clock: systemClock,
      describe: async () => ({
        ...{ agentId: `agent-${arch}`, sessionId: arch, arch, slots: 1, host: 'here', release: '0' },
        freeDiskPercent: 50,
      }),
      execute: (assignment, run) => executeBuild(assignment, deps, run),
      report: (error) => {
        if (error !== undefined) this.faults.push(error);
      },
      signal: this.#leaving.signal,
    });
  }
}
