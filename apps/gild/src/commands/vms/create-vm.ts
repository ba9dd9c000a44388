import { type HostCache, wantedVersion } from '@gild/cache-application';
import { FIRMWARES, type GoldenImageVersion } from '@gild/contracts';
import { requireBootTools, usualFirmware } from '@gild/hypervisor-qemu';
import { Fault, faultCode } from '@gild/ports';
import { z } from 'zod';
import type { HttpClient } from '../../client/http-client.js';
import { type CacheFlags, type CacheHere, withCache } from '../cache/cache-here.js';
import { pulledImage } from '../cache/pull.js';
import { apiPath, type Context, get, printer } from '../context.js';
import { chosenOf } from '../option-values.js';
import { makeVm, NEEDED_BY } from './make-vm.js';
import { requireQemuImg } from './qemu-img.js';
import { type MadeVm, runVm } from './run-vm.js';
import { bootText, madeText, type SeedReader, seedWarning } from './vm-document.js';
import { requireFree } from './vm-folder.js';
import { aloneWithVm } from './vm-lock.js';
import { vmCommand } from './vm-place.js';
import { vmOnRecord } from './vm-reports.js';
import { type VmWishes, vmWishes, type WishFlags } from './vm-wishes.js';

export type CreateFlags = CacheFlags & WishFlags & { run?: boolean };

/** Makes a VM from the cache of this host, says how it is started, and runs it where that is asked for. */
export const createVm = async (
  named: readonly [vmId: string, reference: string],
  flags: CreateFlags,
  context: Context,
): Promise<void> => {
  const wishes = await vmWishes(named, flags, context.env);
  await requireQemuImg({ neededBy: NEEDED_BY, signal: context.interrupted });
  const making = { wishes, context, isToRun: flags.run === true };
  await aloneWithVm(wishes.identity.vmId, context.env, () => madeAndRun(making, flags));
};

const madeAndRun = async (making: Wanted, flags: CreateFlags): Promise<void> => {
  const { context, isToRun } = making;
  let made: MadeVm | undefined;
  await withCache(context, flags, async (here) => void (made = await madeHere(here, making)));
  if (made === undefined) return;
  const { document } = made;
  printer(context, flags)(
    document,
    () => madeText(document) + (isToRun ? '' : bootText(document, vmCommand('run', document, context.env))),
  );
  const warning = seedWarning(document);
  if (warning !== undefined) context.terminal.note(`warning: ${warning}`);
  if (isToRun) await runVm(made, context);
};

type Wanted = { wishes: VmWishes; context: Context; isToRun: boolean };

/** Undefined when it was interrupted. */
const madeHere = async (
  here: CacheHere,
  { wishes, context, isToRun }: Wanted,
): Promise<MadeVm | undefined> => {
  const { client, farm, cache, host } = here;
  const { vmId } = wishes.identity;
  await requireUnused(here, wishes);
  const version = await farm.version(wishes.image.image, wishes.image.version);
  const asked = { image: version.image_name, version: version.version, arch: wishes.arch };
  const wanted = await wantedVersion(farm, asked);
  requireOverlayable(version, wanted.object.key);
  const { arch } = wanted;
  const firmware = chosenOf('--firmware', wishes.firmware, FIRMWARES[arch]) ?? usualFirmware(arch);
  if (isToRun) await requireBootTools({ arch, firmwares: [firmware] });
  if (!isToRun) warnOfDeprecated(version, context); // else whoever records its start warns
  const seedReader = await seedReaderIn(client, { ...asked, arch });
  const pulled = await pulledImage(here, { wanted, vmId }, context);
  if (pulled === undefined) return undefined;
  const { env, interrupted: signal } = context;
  return releasedOnFailure(cache, vmId, () =>
    makeVm({ wishes, wanted, pulled, firmware, host, seedReader, env, signal }),
  );
};

/** Nothing holds the image for a VM that was not made. */
const releasedOnFailure = async <T>(cache: HostCache, vmId: string, make: () => Promise<T>): Promise<T> => {
  try {
    return await make();
  } catch (error) {
    await cache.release(vmId);
    throw error;
  }
};

/** A VM has one name in the farm, and one image on its host. Fault: CONFLICT. */
const requireUnused = async ({ client, cache }: CacheHere, { place }: VmWishes): Promise<void> => {
  const { vmId } = place;
  await requireFree(place);
  const known = await vmOnRecord(client, vmId);
  if (known?.state === 'running')
    throw new Fault(
      'CONFLICT',
      `${vmId} is on record as running ${known.image_name}@${known.image_version} on ${known.host}; report its end first (gild vm stop ${vmId}), or choose another name`,
    );
  const machines = [...(await cache.inUse()).values()].flat();
  if (machines.includes(vmId))
    throw new Fault(
      'CONFLICT',
      `the cache of this host keeps an image for ${vmId}, made in another folder or not to its end; remove that first (gild vm remove ${vmId}, with its --disk), or choose another name`,
    );
};

/** QEMU reads no disk through zstd. Fault: CACHE_REQUEST_INVALID. */
const requireOverlayable = ({ image_name: image, version }: GoldenImageVersion, key: string): void => {
  if (!key.endsWith('.zst')) return;
  throw new Fault(
    'CACHE_REQUEST_INVALID',
    `${image}@${version} is a raw disk that is compressed as a whole, and no VM runs from that: build it with disk_format: qcow2, or with compression: false`,
  );
};

const warnOfDeprecated = (found: GoldenImageVersion, { terminal }: Context): void => {
  if (found.state !== 'deprecated') return;
  const { image_name: image, version, replacement_version: replacement } = found;
  const instead = replacement === undefined ? 'another version' : `${image}@${replacement}`;
  terminal.note(`warning: ${image}@${version} is deprecated; make VMs from ${instead}`);
};

const Components = z.object({ components: z.array(z.object({ name: z.string() })) });
const LOST = ['ARTIFACT_NOT_FOUND', 'ARTIFACT_DAMAGED'];

/** Looked up among the packages on record. */
const seedReaderIn = async (
  client: HttpClient,
  { image, version, arch }: { image: string; version: string; arch: string },
): Promise<SeedReader> => {
  const path = apiPath(['images', image, 'versions', version, 'sbom'], { format: 'cyclonedx', arch });
  try {
    const { components } = Components.parse(await get(client, path));
    return components.some(({ name }) => name === 'cloud-init') ? 'cloud-init' : 'none';
  } catch (error) {
    if (LOST.includes(faultCode(error) ?? '')) return 'unknown';
    throw error;
  }
};
