import type { ActionStep } from '@gild/builder-domain';
import type { PlannedStep, PlanReply } from '@gild/contracts';
import type { ResolvedBaseStep, ResolvedLayerStep, ResolvedStep } from './resolve-plan.js';

/** A step as the record and `gild plan` show it. */
export const plannedStep = (step: ResolvedStep): PlannedStep => {
  switch (step.kind) {
    case 'action':
      return plannedAction(step);
    case 'base':
      return plannedBase(step);
    case 'layer':
      return plannedLayer(step);
  }
};

const plannedAction = ({ name, title, skipped, boots }: ActionStep): PlannedStep => ({
  ...{ name, title, cached: false, skipped },
  ...(boots === undefined || skipped ? {} : { boots: [...boots] }),
});

const plannedBase = ({ name, title, key, missReason }: ResolvedBaseStep): PlannedStep => ({
  ...{ name, title, key, cached: missReason === undefined, skipped: false },
  ...(missReason === undefined ? {} : { missReason }),
});

const plannedLayer = (step: ResolvedLayerStep): PlannedStep => ({
  name: step.name,
  title: step.title,
  cached: step.cached !== undefined,
  skipped: step.skipped || step.empty,
  ...(step.skipped || step.empty ? {} : { key: step.key }),
  ...step.miss,
});

/** With the packages of what is wanted, be it none; without of what is not. */
export const planReplyStep = (step: ResolvedStep): PlanReply['steps'][number] =>
  step.kind !== 'layer' || !step.wanted
    ? plannedStep(step)
    : {
        ...plannedStep(step),
        packages: step.resolved.packages.map(({ name, version }) => `${name} ${version}`),
      };
