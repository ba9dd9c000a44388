import {
  type BuildOptions,
  type ImageBuildPolicy,
  type OutdatedImage,
  validateDefinition,
  type Violation,
} from '@gild/contracts';
import { type Fault, faultCode } from '@gild/ports';
import { basesOfBuild, isPassing } from '../preparing/base-of-build.js';
import { archesOfBuild, type PreparingDeps } from '../preparing/resolved-build.js';
import type { Difference } from './differences.js';

export type Told = Pick<OutdatedImage, 'because' | 'cannot_be_told'>;
type When = { isPast: boolean };

/** Of an image that can be built: a moment is judged by what is on record; where that says nothing, what cannot be read leaves it unknown. */
export const toldOf = (all: readonly Difference[], { isPast }: When): readonly Difference[] => {
  if (!isPast) return all;
  const onRecord = all.filter((reason) => reason.onRecord);
  return onRecord.length > 0 ? onRecord : all.filter(({ isUnread }) => isUnread);
};

export const becauseOf = (reasons: readonly Difference[], { isPast }: When): Told => {
  const texts = reasons.map(({ text }) => text);
  return isPast && reasons.some(({ isUnread }) => isUnread) ? untold(texts) : { because: texts };
};

type Asked = { definition: unknown; arch: BuildOptions['arch']; policy: ImageBuildPolicy };

/** Why an image cannot be built. Of the past: that no base fitted, of which the log tells, or that what there is now hides whether it was outdated then. */
export const refusalOf = async (refusal: Fault, asked: Asked, given: PreparingDeps & When): Promise<Told> => {
  if (!given.isPast) return { because: textsOf(refusal) };
  const ofBase = await againstBase(asked, given);
  return ofBase.length > 0 ? { because: messagesOf(ofBase) } : untold(textsOf(refusal));
};

/** Why no version of its base fitted, whatever the catalogue says. One whose inputs cannot be read was there. */
const againstBase = async (
  { definition, arch, policy }: Asked,
  { images, objects }: PreparingDeps,
): Promise<readonly Violation[]> => {
  const checked = validateDefinition(definition, policy);
  if (!checked.ok) return [];
  const sources = { images: await images(), objects };
  try {
    const found = await basesOfBuild(checked.definition, archesOfBuild(checked.definition, arch), sources);
    return found.ok ? [] : found.violations;
  } catch (error) {
    if (faultCode(error) === undefined || isPassing(error)) throw error;
    return [];
  }
};

const messagesOf = (violations: readonly Violation[]): string[] => violations.map(({ message }) => message);

const textsOf = ({ message, details }: Fault): string[] => {
  const { violations } = (details ?? {}) as { violations?: readonly Violation[] };
  return violations === undefined ? [message] : messagesOf(violations);
};

const untold = (why: readonly string[]): Told => ({
  because: [`whether it was outdated then cannot be told: ${why.join('; ')}`],
  cannot_be_told: true,
});
