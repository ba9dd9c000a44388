import type { GoldenImageConfig } from '../documents/golden-image-config.js';
import { rendererOf } from '../distributions/release.js';
import { osRelease } from '../distributions/releases.js';
import { parseNetwork } from '../network/parse-network.js';
import { violation, type Violation } from '../validation/violation.js';

/** What each field must be until Gild can build more, by its path; every other field may be whatever is sound. */
export const ONLY_BUILDABLE = {
  'steps.prepare_base': 'true where there is no base_image',
  network_config: 'only what can be written into an image',
} as const satisfies Record<string, string>;

/**
 * What a sound definition asks for that this release of Gild cannot do. Such a definition is refused instead of being built
 * without it: by the registry before a number is reserved, and by an agent, that may be of another release.
 */
export const unsupportedViolations = (definition: GoldenImageConfig): readonly Violation[] => [
  ...featureProblems(definition),
  ...networkProblems(definition),
];

const HINT = 'Gild cannot build that yet';

const featureProblems = ({ steps, base_image: baseImage }: GoldenImageConfig): Violation[] =>
  steps.prepare_base || baseImage !== undefined
    ? []
    : [refused('steps.prepare_base', 'false', 'there is nothing to start from without it')];

type Field = keyof typeof ONLY_BUILDABLE;

const refused = (field: Field, found: string, hint = HINT): Violation =>
  violation({ path: field.split('.'), expected: ONLY_BUILDABLE[field], found, hint });

const networkProblems = ({ network_config: text, ...image }: GoldenImageConfig): Violation[] => {
  const renderer = rendererOf(osRelease(image.base_os, image.os_version));
  const parsed = text === undefined ? undefined : parseNetwork(text, renderer);
  if (parsed?.ok !== false) return [];
  const otherRenderer = {
    expected: renderer,
    found: 'another',
    hint: `it is what brings up the network of ${image.base_os} ${image.os_version}`,
  };
  const beyond = { expected: ONLY_BUILDABLE.network_config, found: 'something else', hint: HINT };
  return parsed.problems.map((path) =>
    violation({
      path: ['network_config', ...path],
      ...(path.at(-1) === 'renderer' ? otherRenderer : beyond),
    }),
  );
};
