import {
  type Artifact,
  type InstalledPackage,
  objectKeys,
  objectSuffix,
  type StoredObject,
} from '@gild/contracts';
import { versionPackageOf } from '@gild/builder-domain';
import { canonicalJson } from '@gild/kernel';
import { Fault } from '@gild/ports';
import type { Attempt } from '../attempt.js';
import { finishedDisk } from './finished-disk.js';
import { storeLayers } from './store-layers.js';

/** Says the digests of what was made. */
export const runChecksumsStep = async (attempt: Attempt): Promise<void> => {
  const disk = finishedDisk(attempt);
  await attempt.log.line(`sha256 ${disk.sha256}  ${disk.sizeBytes} bytes`);
};

/** Reads the file back. Fault: DISK_DAMAGED (retryable) when it is not what was written. */
export const runVerifyStep = async (attempt: Attempt): Promise<void> => {
  const disk = finishedDisk(attempt);
  const found = await attempt.deps.digestFile(disk.path, attempt.work.signal);
  if (found.sha256 === disk.sha256) return;
  const message = `${disk.path}: expected sha256 ${disk.sha256}, read ${found.sha256}; is this host's disk sound?`;
  throw new Fault('DISK_DAMAGED', message, { retryable: true });
};

/** Stores the disk, its layers and package list under their digests, and remembers the artifact to report. */
export const runUploadStep = async (attempt: Attempt): Promise<void> => {
  const { deps, inputs, target, trees, work } = attempt;
  const disk = finishedDisk(attempt);
  const installed = await deps.toolchain.installed(target, trees, work);
  const list = canonicalJson(installed);
  const bytes = new TextEncoder().encode(list);
  const packages = await deps.objects.put(objectKeys.packages(deps.sha256(list)), bytes);
  const layers = await attempt.layerStore.awaited(storeLayers(attempt));
  const packageState = await storePackageState(attempt);
  const object = await deps.objects.putFile(
    objectKeys.artifact(disk.sha256, objectSuffix(disk.path)),
    disk.path,
    {
      expectSha256: disk.sha256,
      signal: work.signal,
    },
  );
  attempt.artifact = {
    object: { key: object.key, sha256: object.sha256, sizeBytes: object.sizeBytes },
    arch: inputs.arch,
    format: inputs.definition.disk_format,
    virtualSizeBytes: disk.virtualSizeBytes,
    rootfsSha256: disk.rootfsSha256,
    packages: { key: packages.key, sha256: packages.sha256, sizeBytes: packages.sizeBytes },
    taskservVersions: taskservVersions(taskservsInside(inputs), installed),
    layers: [...layers],
    packageState,
  };
};

/** Those of the base, and its own where it installs them. */
const taskservsInside = ({ base, taskservs, definition }: Attempt['inputs']) => [
  ...(base?.taskservs ?? []),
  ...(definition.steps.install_taskservs ? taskservs : []),
];

const storePackageState = async ({ deps, target, trees, work }: Attempt): Promise<StoredObject> => {
  const state = await deps.toolchain.packageState(target, trees, work);
  const bytes = new TextEncoder().encode(state);
  const { key, sha256, sizeBytes } = await deps.objects.put(
    objectKeys.packageState(deps.sha256(state)),
    bytes,
  );
  return { key, sha256, sizeBytes };
};

const taskservVersions = (
  taskservs: Attempt['inputs']['taskservs'],
  installed: readonly InstalledPackage[],
): Artifact['taskservVersions'] =>
  Object.fromEntries(
    taskservs.flatMap((taskserv) => {
      const carrier = installed.find(({ name }) => name === versionPackageOf(taskserv));
      const version = taskserv.version ?? carrier?.version;
      return version === undefined ? [] : [[taskserv.name, version]];
    }),
  );
