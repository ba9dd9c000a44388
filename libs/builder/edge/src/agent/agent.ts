import { availableParallelism, freemem, hostname } from 'node:os';
import { join } from 'node:path';
import {
  type AgentLoop,
  agentLoop,
  type BuilderDeps,
  type Execute,
  executeBuild,
  planBuild,
  withBootSlots,
} from '@gild/builder-application';
import type { AgentDescription, PlanReply, PlanRequest } from '@gild/contracts';
import { diskAssembler, guestRecipe } from '@gild/disk-image';
import { qemuHypervisor } from '@gild/hypervisor-qemu';
import { directoryLayerCache } from '@gild/layer-cache-directory';
import { digestFile, hostArch, sha256, systemClock, writePieces } from '@gild/node-runtime';
import type { Ids, Messenger, AgentObjects, Sandbox } from '@gild/ports';
import { layerArchiver, linuxSandbox } from '@gild/sandbox-linux';
import { debianToolchain } from '@gild/toolchain-debian';
import { rpmToolchain } from '@gild/toolchain-rpm';
import { directoryLayerTrees, directoryWorkFolders } from '@gild/work-folders';
import type { AgentSettings } from './agent-settings.js';
import { announcedLayers } from './announced-layers.js';
import { buildCaps } from './build-caps.js';
import { CallsUnderWay } from './calls-under-way.js';
import { bootsAtOnce, DEFAULT_LIMITS } from './builder-limits.js';
import { announced, emulationOf } from './emulation.js';
import { familyToolchain } from './family-toolchain.js';
import { hostMemoryBytes } from './host-memory.js';
import { type AttemptsObserver, observedAttempts } from './observed-attempts.js';
import { lackingMachines, lackingTools } from './lacking-tools.js';
import { sweepRegularly } from './sweep-regularly.js';

/** An agent: builds what the scheduler grants it, and answers what a build would do. */
export type Agent = {
  plan: (request: PlanRequest) => Promise<PlanReply>;
  agentId: string;
  /** What it is, as far as is known without asking its host for programs. */
  presence: () => Promise<AgentDescription>;
  start: () => void;
  /** Ends what runs; resolves when no process and no folder of it is left. */
  stop: () => Promise<void>;
};

/** Where an agent keeps what it needs; the folders exist. */
export type AgentFolders = {
  /** Layers and package archives; may be deleted at any time while no agent runs on it. */
  cache: string;
  scratch: string;
  agentState: string;
};

export type AgentDeps = {
  agentId: string;
  /** What builds are made from, and where they go unless `objectsOf` says otherwise. */
  objects: AgentObjects;
  /** Where an attempt stores what it makes. */
  objectsOf?: BuilderDeps['objectsOf'];
  messenger: Messenger;
  ids: Ids;
  release: string;
  settings: AgentSettings;
  /** Whether the agent builds images of other architectures when its host can emulate them. */
  emulation: 'on' | 'off';
  /** Cached layers not used for longest go when they take more than this; 50 GiB unless told. */
  layerCacheBytes?: number | undefined;
  /** Where what is seen of its attempts goes; absent: nowhere. */
  observer?: AttemptsObserver;
  /** How many builds it works on at once; absent: as the settings say. */
  slots?: number | undefined;
  /** Told why the agent cannot take part, whenever the reason changes. */
  report?: (error: unknown) => void;
  /** Told that the agent has left by itself, for good: another process has its name, or it was `drained`. */
  ended?: (reason: unknown) => void;
  /** Whether the agent leaves once it is drained and has nothing left to do; no unless told. */
  leaveWhenDrained?: boolean;
};

/** What it says of the architectures it builds for. */
const machinesOf = async ({ emulation: wanted }: AgentDeps, sandbox: Sandbox, { scratch }: AgentFolders) => {
  const emulation = await emulationOf(wanted, sandbox, scratch);
  const arches = [hostArch(), ...emulation.emulates];
  return { ...announced(emulation), ...(await lackingMachines(arches)) };
};

/** Where builds run, and what of its host an agent offers to each. */
const placeOfWork = ({ settings, slots = settings.slots ?? 1 }: AgentDeps) => {
  const memoryBytes = hostMemoryBytes();
  const caps = buildCaps(settings.limits, { memoryBytes, slots });
  return { sandbox: linuxSandbox({ caps }), offer: { slots, memoryBytes, caps } };
};

/** Sweeps what an agent that was killed left in the folders, then and every hour after its start, and gives one that is ready to start. */
export const hostAgent = async (folders: AgentFolders, shared: AgentDeps): Promise<Agent> => {
  const { sandbox, offer } = placeOfWork(shared);
  const deps = builderDeps(folders, sandbox, shared);
  // Ids of a sandbox read what builds write; the folders above keep everybody else of the host out.
  process.umask(0o022);
  await deps.folders.sweep();
  const leaving = new AbortController();
  // Not waited for here: whoever only plans, or finds what is built already, need not know.
  const lacking = lackingTools({ sandbox, mirrors: shared.settings.mirrors }, leaving.signal);
  const machines = await machinesOf(shared, sandbox, folders).catch((error: unknown) => {
    leaving.abort();
    throw error;
  });
  const sessionId = shared.ids.uuid();
  const layers = announcedLayers(deps.layers, systemClock);
  const plans = new CallsUnderWay();
  let running: Promise<unknown> = Promise.resolve();
  const { agentId, release } = shared;
  const presence = async () => ({
    ...{ ...machines, agentId, sessionId, release, arch: hostArch(), ...offer, host: hostname() },
    freeDiskPercent: await deps.folders.freePercent(),
    layers: await layers(),
  });
  return {
    agentId,
    presence,
    plan: (request) => plans.of(planBuild(request, deps, { id: shared.ids.ulid(), signal: leaving.signal })),
    start: () => {
      const describe = async () => ({ ...(await presence()), ...(await lacking) });
      const loop = takePart(shared, deps, { describe, signal: leaving.signal });
      running = Promise.all([loop, sweepRegularly(deps.folders, systemClock, leaving.signal)]);
    },
    stop: async () => {
      leaving.abort();
      await Promise.all([running, plans.idle(), lacking]);
    },
  };
};

const observed = (execute: Execute, { agentId, observer }: AgentDeps): Execute =>
  observer === undefined ? execute : observedAttempts(execute, agentId, observer);

type Part = Pick<AgentLoop, 'describe' | 'signal'>;

/** Until it is told to leave, or leaves by itself and says why. */
const takePart = (shared: AgentDeps, deps: BuilderDeps, { describe, signal }: Part): Promise<void> =>
  agentLoop({
    messenger: shared.messenger,
    clock: systemClock,
    describe,
    execute: observed((assignment, run) => executeBuild(assignment, deps, run), shared),
    report: shared.report ?? (() => undefined),
    signal,
    leaveWhenDrained: shared.leaveWhenDrained === true,
  }).then(
    () => (signal.aborted ? undefined : shared.ended?.('drained')),
    (reason: unknown) => shared.ended?.(reason),
  );

/** Where layers lie packed; a file there never changes, so a store may take it as it is. */
export const layerArchives = (cache: string): string => join(cache, LAYERS, 'archives');

const LAYERS = 'layers';

const builderDeps = (
  folders: AgentFolders,
  sandbox: Sandbox,
  { agentId, objects, objectsOf = () => objects, messenger, settings, layerCacheBytes }: AgentDeps,
): BuilderDeps => {
  const making = { sandbox, clock: systemClock, mirrors: settings.mirrors };
  return {
    agentId,
    toolchain: familyToolchain({ apt: debianToolchain(making), rpm: rpmToolchain(making) }),
    archiver: layerArchiver(sandbox),
    layers: directoryLayerCache({
      root: join(folders.cache, LAYERS),
      ...(layerCacheBytes !== undefined && { limitBytes: layerCacheBytes }),
    }),
    disks: diskAssembler({ sandbox }),
    hypervisor: withBootSlots(
      qemuHypervisor({ clock: systemClock, stateDir: folders.agentState }),
      bootsAtOnce({ processors: availableParallelism(), freeBytes: freemem() }),
    ),
    trees: directoryLayerTrees({ root: join(folders.scratch, 'trees'), sandbox }),
    folders: directoryWorkFolders({ root: folders.scratch, sandbox }),
    objects,
    objectsOf,
    messenger,
    clock: systemClock,
    sha256,
    digestFile,
    writeFile: writePieces,
    guest: { recipe: guestRecipe },
    cacheDir: join(folders.cache, 'packages'),
    limits: DEFAULT_LIMITS,
    hostArch: hostArch(),
  };
};
