import { hostname } from 'node:os';
import {
  type Agent,
  type AgentDeps,
  BuilderModule,
  hostAgent,
  layerArchives,
  readAgentSettings,
} from '@gild/builder-edge';
import { cacheKeeper, type CacheKeeper, farmOverMessenger } from '@gild/cache-application';
import { CacheModule } from '@gild/cache-edge';
import { agentIdOfHost, subjects } from '@gild/contracts';
import { sqliteEventStore } from '@gild/event-store-sqlite';
import {
  API_TOKEN,
  CLOCK,
  FARM,
  type FarmKind,
  GatewayModule,
  IDS,
  MESSENGER,
  OBJECT_STORE,
} from '@gild/gateway-edge';
import { directoryHostCache, hostCacheMemory, isFileThere } from '@gild/host-cache-directory';
import { randomIds, sha256, systemClock } from '@gild/node-runtime';
import { directoryObjectStore } from '@gild/object-store-directory';
import type { Messenger, ObjectStore } from '@gild/ports';
import { registryService, type RegistryService } from '@gild/registry-application';
import { REGISTRY, RegistryModule } from '@gild/registry-edge';
import { type SchedulerDeps, schedulerService, type SchedulerService } from '@gild/scheduler-application';
import { SCHEDULER, SchedulerModule } from '@gild/scheduler-edge';
import { folderCatalogue } from '@gild/taskserv-catalogue';
import { type DynamicModule, Module } from '@nestjs/common';
import { type FarmProof, farmProof } from './farm-proof.js';
import type { Home } from './home.js';
import type { Undo } from './undo.js';

const REGISTRY_ID = 'local';

export type ServiceOptions = {
  messenger: Messenger;
  /** `reading`, `planning`: nothing is granted or built; only to plan takes a builder. */
  kind: FarmKind | 'reading' | 'planning';
  release: string;
  /** Whether its agent emulates other architectures. */
  emulation: 'on' | 'off';
  /** Most that its cached layers take. */
  layerCacheBytes: number | undefined;
  slots: number | undefined;
  /** Name of this host's cache on record. */
  cacheHost: string;
  report: SchedulerDeps['report'];
  /** Told when the history is not the signed one. */
  refused: (error: unknown) => void;
};

export type FarmServices = {
  module: DynamicModule;
  token: string;
  start: () => void;
  stop: () => Promise<void>;
};

/** The services of a farm on the state in `home`; `undo` learns how to end them. */
export const farmServices = async (
  home: Home,
  options: ServiceOptions,
  undo: Undo,
): Promise<FarmServices> => {
  const { messenger, report, refused, kind } = options;
  const store = sqliteEventStore({ path: home.events, clock: systemClock });
  undo.add(() => store.close());
  const objects = objectsOf(home);
  const shared = { store, objects, messenger, clock: systemClock, ids: randomIds, sha256 };
  const registry = registryService({
    ...shared,
    catalogue: folderCatalogue(home.catalogue),
    builds: async (at) => (await messenger.request(subjects.jobs, at === undefined ? {} : { at })) as never,
    registryId: REGISTRY_ID,
    location: home.root,
    report,
  });
  const isRecording = kind !== 'reading' && kind !== 'planning';
  const proof = await farmProof(home, { ...shared, registryId: REGISTRY_ID, report, refused }, isRecording);
  const scheduler = schedulerService({ ...shared, report, quarantines: false, rebuilds: kind === 'up' });
  const builder = kind === 'reading' ? undefined : await farmAgent(home, shared, options);
  if (kind === 'planning' && builder !== undefined) await introduce(builder, scheduler);
  const keeper = kind === 'up' ? keeperOf(home, objects, options) : undefined;
  const token = randomIds.uuid() + randomIds.uuid();
  const gateway = GatewayModule.with([
    { provide: MESSENGER, useValue: messenger },
    { provide: OBJECT_STORE, useValue: objects },
    { provide: CLOCK, useValue: systemClock },
    { provide: IDS, useValue: randomIds },
    { provide: API_TOKEN, useValue: { value: token } },
    { provide: FARM, useValue: { kind } },
  ]);
  return {
    module: farmModule({ registry, scheduler, builder, proof }, [gateway, ...cacheModules(options, keeper)]),
    token,
    ...course({ registry, scheduler, builder, proof, keeper }, report),
  };
};

type SharedWithAgent = Pick<AgentDeps, 'objects' | 'messenger' | 'ids'>;

const farmAgent = async (
  home: Home,
  shared: SharedWithAgent,
  { release, emulation, layerCacheBytes, slots, report }: ServiceOptions,
): Promise<Agent> =>
  hostAgent(home, {
    ...shared,
    ...{
      agentId: agentIdOfHost(`${hostname()}-embedded`),
      release,
      emulation,
      layerCacheBytes,
      slots,
      report,
    },
    settings: await readAgentSettings(home.agentSettings),
  });

const objectsOf = ({ objects, scratch, cache }: Home): ObjectStore =>
  directoryObjectStore(objects, { linkFrom: [scratch, layerArchives(cache)] });

/** Of the cache of this host, which fills from the objects themselves. */
const keeperOf = (
  { hostCache: usualRoot }: Home,
  source: ObjectStore,
  { messenger, cacheHost: host, report }: ServiceOptions,
): CacheKeeper =>
  cacheKeeper({
    ...{ host, source, usualRoot, report, farm: farmOverMessenger(messenger) },
    memory: hostCacheMemory(usualRoot),
    ...{ clock: systemClock, random: Math.random },
    isThere: isFileThere,
    folderAt: (root) => directoryHostCache({ root, clock: systemClock }),
  });

const cacheModules = ({ cacheHost }: ServiceOptions, keeper: CacheKeeper | undefined): DynamicModule[] =>
  keeper === undefined ? [] : [CacheModule.of(cacheHost, keeper)];

/** The builder of a farm that only plans does not speak for itself: it would be granted what waits. */
const introduce = async (builder: Agent, scheduler: SchedulerService): Promise<void> =>
  scheduler.hear({ agent: await builder.presence(), draining: false, running: [] });

type Working = {
  registry: RegistryService;
  scheduler: SchedulerService;
  builder: Agent | undefined;
  proof: FarmProof;
  /** Only where the farm stays. */
  keeper?: CacheKeeper | undefined;
};

/**
 * Starts and stops the work; the builder is the first to stop, so that its last reports are still taken, and the notary the
 * last, so that it signs them.
 */
const course = (
  { registry, scheduler, builder, proof, keeper }: Working,
  report: (error: unknown) => void,
) => {
  let starting: Promise<unknown> = Promise.resolve();
  return {
    start: () => {
      starting = Promise.all([registry.start().catch(report), scheduler.start().catch(report)]);
      builder?.start();
      keeper?.start();
      proof.notary.start();
    },
    stop: async () => {
      await keeper?.stop();
      await builder?.stop();
      await starting;
      await scheduler.stop();
      await registry.stop();
      await proof.notary.stop();
    },
  };
};

@Module({})
class EmbeddedFarmModule {}

const farmModule = (
  { registry, scheduler, builder, proof }: Working,
  others: readonly DynamicModule[],
): DynamicModule => ({
  module: EmbeddedFarmModule,
  imports: [
    RegistryModule.with([{ provide: REGISTRY, useValue: registry }]),
    SchedulerModule.with([{ provide: SCHEDULER, useValue: scheduler }]),
    proof.module,
    ...(builder === undefined ? [] : [BuilderModule.of(builder)]),
    ...others,
  ],
});
