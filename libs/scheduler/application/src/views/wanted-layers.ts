import { shortLayerKey, type PlannedStep } from '@gild/contracts';
import type { JobRecord } from '@gild/scheduler-domain';
import type { JobsState } from './jobs-state.js';

type Request = JobRecord['request'];

/** The first layer of images that bring no base of their own. */
const FIRST_OF_RELEASE = 'prepare_base';

/** Remembers what was planned: all layers for builds of this image, the first one for all of its release. */
export const rememberLayers = (
  { layers }: Pick<JobsState, 'layers'>,
  request: Request,
  steps: readonly PlannedStep[],
): void => {
  const keyed = steps.flatMap(({ name, key }) =>
    key === undefined ? [] : [{ name, key: shortLayerKey(key) }],
  );
  const [first] = keyed;
  if (first === undefined) return;
  layers.set(
    ofImage(request),
    keyed.map(({ key }) => key),
  );
  if (first.name === FIRST_OF_RELEASE) layers.set(ofRelease(request), [first.key]);
};

/**
 * The layers a build will probably want, which only its plan tells for sure: those of the last plan of its image, or, for an
 * image that was never planned, the first layer of its release. They serve to choose an agent, and nothing depends on them.
 */
export const wantedLayers = (
  request: Request,
  { layers }: Pick<JobsState, 'layers'>,
): readonly string[] | undefined => layers.get(ofImage(request)) ?? layers.get(ofRelease(request));

const ofImage = ({ imageName, arch }: Request): string => `image ${imageName} ${arch}`;

const ofRelease = ({ definition, arch }: Request): string =>
  `release ${String(definition['base_os'])} ${String(definition['os_version'])} ${arch}`;
