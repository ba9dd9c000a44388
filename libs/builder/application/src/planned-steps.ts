import type { PlannedStep, PlanReply } from '@gild/contracts';
import type { ResolvedStep } from './resolve-plan.js';

/** A step as the record and `gild plan` show it. */
export const plannedStep = (step: ResolvedStep): PlannedStep => {
  if (step.kind === 'action')
    return { name: step.name, title: step.title, cached: false, skipped: step.skipped };
  if (step.kind === 'base') {
    const { name, title, key, missReason } = step;
    const missing = missReason === undefined ? {} : { missReason };
    return { name, title, key, cached: missReason === undefined, skipped: false, ...missing };
  }
  return {
    name: step.name,
    title: step.title,
    cached: step.cached !== undefined,
    skipped: step.skipped || step.empty,
    ...(step.skipped || step.empty ? {} : { key: step.key }),
    ...step.miss,
  };
};

/** With the packages of what is wanted, be it none; without of what is not. */
export const planReplyStep = (step: ResolvedStep): PlanReply['steps'][number] =>
  step.kind !== 'layer' || !step.wanted
    ? plannedStep(step)
    : {
        ...plannedStep(step),
        packages: step.resolved.packages.map(({ name, version }) => `${name} ${version}`),
      };
