export { bootChecks } from './boot-checks.js';
export { failureClass, needsHands } from './failure-class.js';
export { type LayerComponents, layerKey } from './keys/layer-key.js';
export { type Miss, missReason } from './keys/miss-reason.js';
export {
  type ActionName,
  type ActionStep,
  type BaseStep,
  type LayerStep,
  type PlanStep,
  planSteps,
} from './plan.js';
export { isBootTested, neededLevel, plannedBoots, testedFirmwares } from './planned-boots.js';
export { onlyInstalls } from './recipes/empty-recipe.js';
export { type GuestParts, type GuestRecipe } from './recipes/guest-parts.js';
export { type StepKind, type StepLimits, stepLimits } from './step-limits.js';
export { versionPackageOf } from './recipes/taskserv-recipe.js';
