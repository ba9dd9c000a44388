import { LevelProcess } from '@gild/application-core';
import { OutdatedImage, subjects, type OutdatedQuery, type RequestBuild } from '@gild/contracts';
import { faultCode, type Fault } from '@gild/ports';
import type { Farm } from '../farm.js';
import { requestBuild } from '../requests/request-build.js';

/** Who asks for builds that nobody asked for by hand. */
const GILD = 'gild';

/** A taskserv changes without an event. */
const LOOK_EVERY_MS = 3_600_000;

const LONGEST_REASON = 1000;

/**
 * Builds outdated images again whose definition asks for it. A look derives everything from what the registry says is outdated now, so
 * that chains of images follow one after another, and what was missed is found by the next look. The same inputs are requested once
 * for ever, by however many schedulers: a build that failed is not repeated before something changes.
 */
export const rebuilding = (farm: Farm): LevelProcess =>
  new LevelProcess({
    ...farm,
    filter: {
      types: [
        ...['VersionPublished', 'VersionRevoked', 'VersionDeprecated', 'DeprecationWithdrawn'],
        ...['VersionDeleted', 'ImageDefined', 'PolicySet'],
      ],
    },
    lookEveryMs: LOOK_EVERY_MS,
    look: (signal) => rebuildOutdated(farm, signal),
  });

const rebuildOutdated = async (farm: Farm, signal: AbortSignal): Promise<void> => {
  const missed: Fault[] = [];
  for (const image of await unlessStopped(outdatedImages(farm), signal)) {
    signal.throwIfAborted();
    if (!image.automatic) continue;
    // One that cannot be requested keeps no other from being; whether to look again is decided afterwards.
    await requestBuild(requestOf(image, farm), farm).catch((error: unknown) => {
      if (isPassing(error)) missed.push(error);
      else farm.report(error);
    });
  }
  const [first] = missed;
  if (first !== undefined) throw first;
};

const isPassing = (error: unknown): error is Fault =>
  faultCode(error) !== undefined && (error as Fault).retryable;

/** The registry may take a minute to answer; who stops waits for nothing that changes nothing. */
const unlessStopped = async <T>(answer: Promise<T>, signal: AbortSignal): Promise<T> => {
  const over = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([answer, stopped]);
  } finally {
    over.abort();
  }
};

const outdatedImages = async ({ messenger, timing }: Farm): Promise<OutdatedImage[]> => {
  const query: OutdatedQuery = { automatic: true };
  const reply = await messenger.request(subjects.outdated, query, { timeoutMs: timing.prepareTimeoutMs });
  return OutdatedImage.array().parse(reply);
};

const requestOf = (
  { image_name: name, input_digests: inputs, because, definition, options }: OutdatedImage,
  { sha256 }: Farm,
): RequestBuild => ({
  requestId: sha256(`rebuild of ${name} from ${inputs.join(' ')}`),
  actor: GILD,
  ...{ definition, options },
  because: because.join('; ').slice(0, LONGEST_REASON),
});
