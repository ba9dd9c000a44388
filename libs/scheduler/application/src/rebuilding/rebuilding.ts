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
  for (const image of await unlessStopped(() => outdatedImages(farm), signal)) {
    if (!image.automatic || (await isTried(image, farm))) continue;
    // One that cannot be requested keeps no other from being; whether to look again is decided afterwards.
    const request = () => requestBuild(requestOf(image, farm), farm);
    await unlessStopped(request, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      if (isPassing(error)) missed.push(error);
      else farm.report(error);
    });
  }
  const [first] = missed;
  if (first !== undefined) throw first;
};

/** Whether somebody asked for builds from all these inputs before. */
const isTried = async (
  { image_name: name, input_digests: inputs }: OutdatedImage,
  { view }: Farm,
): Promise<boolean> => {
  const { jobs } = await view.current();
  const tried = new Set<string>();
  for (const { record } of jobs.values())
    if (record.request.imageName === name) tried.add(record.request.inputDigest);
  return inputs.every((digest) => tried.has(digest));
};

const isPassing = (error: unknown): error is Fault =>
  faultCode(error) !== undefined && (error as Fault).retryable;

/** The registry may take a minute to answer; who stops waits for nothing that changes nothing. */
const unlessStopped = async <T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const over = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true, signal: over.signal });
  });
  try {
    return await Promise.race([ask(), stopped]);
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
  { image_name: name, input_digests: inputs, because, definition, options, ...image }: OutdatedImage,
  { sha256 }: Farm,
): RequestBuild => ({
  requestId: sha256(`rebuild of ${name} from ${inputs.join(' ')}`),
  actor: GILD,
  ...{ definition, options, definedAs: image.definition_digest },
  because: because.join('; ').slice(0, LONGEST_REASON),
  ...(image.caused_by && { causedBy: { eventId: image.caused_by.event_id, stream: image.caused_by.stream } }),
});
