import {
  DEFAULT_OS_VERSION,
  DISTRIBUTIONS,
  osRelease,
  unsupportedViolations,
  validateDefinition,
  type Arch,
  type ChosenTaskserv,
  type GoldenImageConfig,
  type ImageBuildPolicy,
  type Taskserv,
  type Violation,
} from '@gild/contracts';
import { Fault } from '@gild/ports';
import { chooseTaskservs, type Selection } from '@gild/registry-domain';
import { z } from 'zod';
import type { BaseAnswer, FoundBase } from './base-of-build.js';

type Rules = {
  policy: ImageBuildPolicy;
  catalogue: readonly Taskserv[];
  /** Those to build for; never empty. */
  archesOf: (definition: GoldenImageConfig) => readonly Arch[];
  /** What the definition starts from. */
  basesOf: (definition: GoldenImageConfig, arches: readonly Arch[]) => Promise<BaseAnswer>;
};

/** What is built for one architecture: a base may have other versions of its taskservs there. */
export type CheckedPart = {
  arch: Arch;
  taskservs: readonly ChosenTaskserv[];
  base: FoundBase | undefined;
};
type CheckedDefinition = { definition: GoldenImageConfig; parts: readonly CheckedPart[] };

/**
 * The definition resolved against the policy, with its base and its taskservs chosen.
 * Fault: INVALID_DOCUMENT, with every violation of document, base and taskservs, and all that cannot be built, in its details.
 */
export const checkedDefinition = async (
  written: unknown,
  { policy, catalogue, archesOf, basesOf }: Rules,
): Promise<CheckedDefinition> => {
  const checked = validateDefinition(written, policy);
  if (!checked.ok)
    throw invalid([...checked.violations, ...taskservProblems(written, { policy, catalogue })]);
  const { definition } = checked;
  const unbuildable = unsupportedViolations(definition);
  const arches = archesOf(definition);
  const found = await basesOf(definition, arches);
  // Which taskservs are missing is not known before what is there.
  if (!found.ok) throw invalid([...unbuildable, ...found.violations]);
  const { parts, violations } = chosenParts({ definition, catalogue }, arches, found.bases);
  if (violations.length + unbuildable.length > 0) throw invalid([...unbuildable, ...violations]);
  return { definition, parts };
};

/** The taskservs for each architecture; what is wrong for several is told once. */
const chosenParts = (
  question: Pick<Parameters<typeof chooseTaskservs>[0], 'definition' | 'catalogue'>,
  arches: readonly Arch[],
  bases: ReadonlyMap<Arch, FoundBase>,
) => {
  const parts: CheckedPart[] = [];
  const wrong = new Map<string, Violation>();
  for (const arch of arches) {
    const base = bases.get(arch);
    const choice = chooseTaskservs({ ...question, base: base?.content });
    if (choice.ok) parts.push({ arch, taskservs: choice.taskservs, base });
    else for (const each of choice.violations) wrong.set(each.message, each);
  }
  return { parts, violations: [...wrong.values()] };
};

/** What is wrong with the taskservs of a document that is wrong elsewhere too. */
const taskservProblems = (
  written: unknown,
  { policy, catalogue }: Pick<Rules, 'policy' | 'catalogue'>,
): readonly Violation[] => {
  const selection = selectionIn(written, policy);
  const choice = selection && chooseTaskservs({ definition: selection, catalogue });
  return choice?.ok === false ? choice.violations : [];
};

const invalid = (violations: readonly Violation[]): Fault =>
  new Fault(
    'INVALID_DOCUMENT',
    `the definition is not valid:\n${violations.map(({ message }) => message).join('\n')}`,
    { details: { violations } },
  );

const names = z.array(z.string()).optional();
const Choosable = z.object({
  base_os: z.enum(DISTRIBUTIONS).optional(),
  os_version: z.string().optional(),
  taskservs: names,
  exclude_taskservs: names,
  taskserv_versions: z.record(z.string(), z.string()).optional(),
  steps: z.object({ install_order: names }).optional(),
  /** What its base has is not known where the document is wrong elsewhere. */
  base_image: z.undefined().optional(),
});

/** What a document that is wrong elsewhere says about taskservs, so that one answer names all that is wrong. */
const selectionIn = (written: unknown, policy: ImageBuildPolicy): Selection | undefined => {
  const { success, data } = Choosable.safeParse(written);
  if (!success) return undefined;
  const base_os = data.base_os ?? policy.default_os;
  const ofPolicy = base_os === policy.default_os ? policy.default_version : DEFAULT_OS_VERSION[base_os];
  const os_version = data.os_version ?? ofPolicy;
  return osRelease(base_os, os_version) && { ...data, base_os, os_version };
};
