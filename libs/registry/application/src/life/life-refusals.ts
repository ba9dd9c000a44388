import { Fault } from '@gild/ports';
import { isLifeRejection, type ImageRejection, type LifeRejection } from '@gild/registry-domain';
import { withdrawnText } from '../views/find-version.js';

/** What a person is told when a decision about a version of the image is refused. */
export const lifeRefusal = (image: string, rejection: ImageRejection): Fault => {
  if (!isLifeRejection(rejection))
    return new Fault('CONFLICT', `${image} changed meanwhile (${rejection.code}); try again`, {
      retryable: true,
    });
  switch (rejection.code) {
    case 'VERSION_UNKNOWN':
      return new Fault(
        'VERSION_NOT_FOUND',
        `${image} has no version ${rejection.version}; \`gild versions ${image}\` lists them`,
      );
    case 'VERSION_UNUSABLE':
      return new Fault(
        'VERSION_WITHDRAWN',
        `${image}@${rejection.version} ${unusableText(image, rejection)}`,
      );
    case 'CHANNEL_UNKNOWN': {
      const has = rejection.channels.length === 0 ? 'none yet' : rejection.channels.join(', ');
      const text = `${image} has no channel ${rejection.channel}; its channels: ${has}`;
      return new Fault('CHANNEL_NOT_FOUND', text);
    }
    case 'NOTHING_BEFORE':
      return new Fault(
        'NOTHING_BEFORE',
        `the channel ${rejection.channel} of ${image} points to ${rejection.version} and has no earlier version that may be used: name one with --to`,
      );
    case 'REPLACED_BY_ITSELF':
      return new Fault('INVALID_REQUEST', `${image}@${rejection.version} cannot replace itself`);
    case 'VERSION_IN_USE':
      return new Fault('VERSION_IN_USE', inUseText(image, rejection), { details: rejection });
  }
};

type Of<C extends LifeRejection['code']> = Extract<LifeRejection, { code: C }>;

const unusableText = (image: string, { fate, standing }: Of<'VERSION_UNUSABLE'>): string => {
  if (standing !== 'deprecated') return withdrawnText(fate);
  const { by, reason, replacement } = fate.deprecated ?? { by: 'somebody' };
  const because = reason === undefined ? '' : `: ${reason}`;
  const instead = replacement === undefined ? '' : `; ${image}@${replacement} replaces it`;
  return `was deprecated by ${by}${because}${instead}`;
};

const inUseText = (
  image: string,
  { version, channels, machines, descendants, builds }: Of<'VERSION_IN_USE'>,
): string => {
  const uses = [
    ...named(channels, ['channel', 'points to it'], ['channels', 'point to it']),
    ...named(builds, ['build', 'starts from it'], ['builds', 'start from it']),
    ...named(machines, ['machine', 'runs it'], ['machines', 'run it']),
    ...named(descendants, ['version', 'is built on it'], ['versions', 'are built on it']),
  ];
  const remedy = [
    channels.length > 0 ? 'point channels elsewhere or remove them' : [],
    builds.length > 0 ? 'wait for builds to end' : [],
    machines.length + descendants.length > 0 ? '--force overrules machines and versions built on it' : [],
  ]
    .flat()
    .join(', ');
  return `${image}@${version} is in use: ${uses.join('; ')}; ${remedy}`;
};

const LISTED = 5;

type Words = [noun: string, verb: string];

const named = (names: readonly string[], one: Words, many: Words): string[] => {
  if (names.length === 0) return [];
  const [noun, verb] = names.length === 1 ? one : many;
  const more = names.length > LISTED ? ` and ${String(names.length - LISTED)} more` : '';
  return [`the ${noun} ${names.slice(0, LISTED).join(', ')}${more} ${verb}`];
};
