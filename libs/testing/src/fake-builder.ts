import { createHash } from 'node:crypto';
import type { BootTestResult, ResolvedLayer } from '@gild/contracts';
import {
  Fault,
  type BootsToCome,
  type BootTestSpec,
  type DiskAssembler,
  type Hypervisor,
  type InstalledBase,
  type LayerArchiver,
  type LayerCache,
  type LayerTrees,
  type Messenger,
  type Toolchain,
  type WorkFolders,
} from '@gild/ports';
import { memoryLayers, unpackingTrees } from './fake-layers.js';

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** What happened to the fakes, and what they are told to do. */
export type FakeBuilder = {
  toolchain: Toolchain;
  archiver: LayerArchiver;
  layers: LayerCache;
  trees: LayerTrees;
  /** Keys of the trees builds hold, once for every hold. */
  held: string[];
  disks: DiskAssembler;
  hypervisor: Hypervisor;
  folders: WorkFolders;
  messenger: Messenger;
  digestFile: (path: string, signal: AbortSignal) => Promise<{ sha256: string; sizeBytes: number }>;
  writeFile: (path: string, pieces: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<void>;
  /** Files written, by path. */
  files: Map<string, string>;
  /** Keys of the cached layers builds hold, once for every hold. */
  heldLayers: string[];
  /** Bases that packages were resolved on. */
  bases: InstalledBase[];
  /** Runs inside the fetching for every layer. */
  onFetch: (step: string, signal: AbortSignal) => Promise<void>;
  /** Names of the layers built, in order. */
  built: string[];
  /** Folders of running builds. */
  workDirs: Set<string>;
  hints: { subject: string; payload: unknown }[];
  /** Runs inside the building of every layer. */
  onBuild: (step: string, signal: AbortSignal, log: (text: string) => Promise<void>) => Promise<void>;
  /** Runs when a build asks whether its boots can be made. */
  onRequireTools: (boots: BootsToCome) => Promise<void>;
  /** Runs inside every boot. */
  onBoot: (spec: BootTestSpec) => Promise<Partial<BootTestResult>>;
  /** Version of every package in the repositories. */
  versions: Map<string, string>;
  /** Archives that are damaged, by key of their layer. */
  damaged: Set<string>;
};

const never = (): never => {
  throw new Fault('UNAVAILABLE', 'nobody answers here', { retryable: true });
};

const resolvedWith = (fake: FakeBuilder, packages: readonly string[]): ResolvedLayer => ({
  packages: packages.map((wanted) => {
    const [name = '', pin] = wanted.split('=');
    const version = pin ?? fake.versions.get(name) ?? '1.0';
    return { name, version, arch: 'amd64', sha256: sha256(`${name} ${version}`) };
  }),
});

const toolchainOf = (fake: FakeBuilder): Toolchain => ({
  versions: () => Promise.resolve({ apt: '2.6.1' }),
  resolve: (_target, layers, { base }) => {
    if (base !== undefined) fake.bases.push(base);
    return Promise.resolve(layers.map(({ packages }) => resolvedWith(fake, packages)));
  },
  fetch: async ({ recipe }, { signal }) => {
    await fake.onFetch(recipe.name, signal);
    signal.throwIfAborted();
  },
  packageState: () => Promise.resolve(`state after ${fake.built.join(' ')}`),
  build: async ({ recipe }, { signal, log }) => {
    const encoder = new TextEncoder();
    await fake.onBuild(recipe.name, signal, async (text) => log(encoder.encode(text)));
    signal.throwIfAborted();
    fake.built.push(recipe.name);
  },
  installed: () => Promise.resolve([{ name: 'nginx', version: '1.22.1-9', arch: 'amd64', source: 'nginx' }]),
});

/** An archive holds its own path, and no file is written. */
const archiverOf = (fake: FakeBuilder): LayerArchiver => ({
  pack: (_tree, path) => Promise.resolve({ path, sha256: sha256(path), sizeBytes: path.length }),
  unpack: ({ path }) =>
    fake.damaged.delete(path) ? Promise.reject(new Fault('LAYER_DAMAGED', 'damaged')) : Promise.resolve(),
});

const foldersOf = (workDirs: Set<string>): WorkFolders => ({
  create: (name) => {
    workDirs.add(`/work/${name}`);
    return Promise.resolve(`/work/${name}`);
  },
  sub: (folder, name) => Promise.resolve(`${folder}/${name}`),
  remove: (folder) => Promise.resolve(void workDirs.delete(folder)),
  clear: (folder) => {
    workDirs.delete(folder);
    return Promise.resolve({ processes: 0, mounts: 0, folderRemoved: true, ended: 'asked' });
  },
  sweep: () => Promise.resolve(),
  freePercent: () => Promise.resolve(50),
});

const hypervisorOf = (fake: FakeBuilder): Hypervisor => ({
  requireTools: (boots) => fake.onRequireTools(boots),
  bootTest: async (spec) => ({
    firmware: spec.firmware,
    accelerator: 'tcg',
    passed: true,
    checks: [],
    ...(await fake.onBoot(spec)),
  }),
});

/**
 * A builder's ports without tools and files, for tests of what the builder does with them. Its disk is the file
 * `diskPath`, whatever the layers were.
 */
export const fakeBuilder = (diskPath: string, diskContent: string | Uint8Array): FakeBuilder => {
  const workDirs = new Set<string>();
  const hints: FakeBuilder['hints'] = [];
  const held: string[] = [];
  const heldLayers: string[] = [];
  const files = new Map<string, string>();
  const disk = { sha256: sha256(diskContent), sizeBytes: diskContent.length };
  const fake = {
    ...{
      built: [],
      workDirs,
      hints,
      held,
      ...{ heldLayers, files, bases: [] },
      trees: unpackingTrees(held),
      versions: new Map(),
      damaged: new Set<string>(),
    },
    onBuild: () => Promise.resolve(),
    onRequireTools: () => Promise.resolve(),
    onBoot: () => Promise.resolve({}),
    onFetch: () => Promise.resolve(),
    layers: memoryLayers(heldLayers),
    writeFile: async (path, pieces) => {
      const decoder = new TextDecoder();
      let text = '';
      for await (const piece of pieces) text += decoder.decode(piece, { stream: true });
      files.set(path, text);
    },
    folders: foldersOf(workDirs),
    digestFile: () => Promise.resolve(disk),
    disks: {
      assemble: ({ virtualSizeBytes }) =>
        Promise.resolve({ ...disk, path: diskPath, virtualSizeBytes, rootfsSha256: sha256('rootfs') }),
    },
    messenger: {
      request: async () => never(),
      hint: (subject, payload) => void hints.push({ subject, payload }),
      onHint: () => Promise.resolve(() => undefined),
    },
  } as Partial<FakeBuilder> as FakeBuilder;
  return Object.assign(fake, {
    toolchain: toolchainOf(fake),
    archiver: archiverOf(fake),
    hypervisor: hypervisorOf(fake),
  });
};
