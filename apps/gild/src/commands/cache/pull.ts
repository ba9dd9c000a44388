import { type AskedVersion, type PulledImage, wantedVersion } from '@gild/cache-application';
import type { GoldenImageCache } from '@gild/contracts';
import { Fault } from '@gild/ports';
import { EXIT } from '../../exit-codes.js';
import { bytes } from '../../output/format.js';
import { type Context, printer } from '../context.js';
import { transferReport } from '../exporting/transfer-report.js';
import { parseImageReference } from '../image-reference.js';
import { archOf } from '../option-values.js';
import { otherHost } from '../../farm/cache-host.js';
import { type CacheFlags, type CacheHere, withCache } from './cache-here.js';
import { pullToAllHosts, pullToHost } from './pull-to-hosts.js';

export type PullFlags = CacheFlags & { arch?: string; allHosts?: boolean };

/** Has an image in the cache of this host, or of others, by their cache managers. */
export const pull = async (reference: string, flags: PullFlags, context: Context): Promise<void> => {
  const asked = { ...parseImageReference(reference), arch: archOf(flags) };
  if (flags.allHosts === true) {
    if (flags.host !== undefined)
      throw new Fault('INVALID_REQUEST', 'expected --host or --all-hosts, found both');
    return pullToAllHosts(asked, flags, context);
  }
  const elsewhere = otherHost(flags.host, context.env);
  return elsewhere === undefined
    ? pullHere(asked, flags, context)
    : pullToHost(asked, elsewhere, { flags, context });
};

const pullHere = (asked: AskedVersion, flags: PullFlags, context: Context): Promise<void> =>
  withCache(context, flags, async (here) => {
    const wanted = await wantedVersion(here.farm, asked);
    const pulled = await pulledImage(here, { wanted }, context);
    if (pulled === undefined) return;
    const document = await documentOf(here, wanted);
    printer(context, flags)(document, () => `${pulled.path}\n`);
  });

type Wanted = Awaited<ReturnType<typeof wantedVersion>>;

/**
 * Has the image in the cache, for the VM if one is named, showing how far it has come and what became of it. Undefined when it was
 * interrupted.
 */
export const pulledImage = async (
  here: CacheHere,
  { wanted, vmId }: { wanted: Wanted; vmId?: string },
  context: Context,
): Promise<PulledImage | undefined> => {
  here.know(wanted.object.sha256, wanted);
  const name = `${wanted.imageName}@${wanted.version} for ${wanted.arch}`;
  const pulled = await unlessInterrupted(context, async () => {
    const report = transferReport(context.terminal, name, Date.now);
    here.follow(({ receivedBytes, totalBytes }) =>
      receivedBytes < totalBytes ? report.at(receivedBytes, totalBytes) : report.step('verifying'),
    );
    return here.cache.pull(wanted, vmId).finally(report.end);
  });
  if (pulled !== undefined) context.terminal.note(`${name}: ${outcomeOf(pulled)}`);
  return pulled;
};

/** Undefined when it was interrupted. */
const unlessInterrupted = async <T>(
  { interrupted, terminal, setExitCode }: Context,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (!interrupted.aborted) throw error;
    terminal.note('interrupted; what was received whole is kept, and the next pull goes on from there');
    setExitCode(EXIT.interrupted);
    return undefined;
  }
};

const outcomeOf = ({ filled, fetchedBytes }: PulledImage): string =>
  filled ? `received ${bytes(fetchedBytes)}, verified` : 'already cached, verified';

const documentOf = async ({ cache }: CacheHere, wanted: Wanted): Promise<GoldenImageCache | undefined> =>
  (await cache.documents()).find(
    (entry) =>
      entry.image_name === wanted.imageName &&
      entry.image_version === wanted.version &&
      entry.arch === wanted.arch,
  );
