import type { PlanReply, PlanRequest } from '@gild/contracts';
import type { BuilderDeps } from './builder-deps.js';
import { loadInputs } from './load-inputs.js';
import { planFault } from './plan-fault.js';
import { planReplyStep } from './planned-steps.js';
import { resolvePlan } from './resolve-plan.js';

/**
 * What a build of these inputs would do now; changes nothing but the package index on disk. Faults: UNAVAILABLE when a
 * mirror is out of reach or the agent stops, PLAN_FAILED for whatever else a build would fail for too, with its message.
 */
export const planBuild = async (
  { inputDigest, useCache }: PlanRequest,
  deps: BuilderDeps,
  { id, signal }: { id: string; signal: AbortSignal },
): Promise<PlanReply> => {
  try {
    return await plan({ inputDigest, useCache }, deps, { id, signal });
  } catch (error) {
    throw planFault(error, signal);
  }
};

const plan = async (
  { inputDigest, useCache }: PlanRequest,
  deps: BuilderDeps,
  { id, signal }: { id: string; signal: AbortSignal },
): Promise<PlanReply> => {
  const inputs = await loadInputs(inputDigest, deps);
  const workDir = await deps.folders.create(`plan-${id}`, 0);
  try {
    const work = {
      workDir,
      cacheDir: deps.cacheDir,
      log: () => undefined,
      signal,
      idleLimitMs: deps.limits.idleMs,
    };
    const { steps } = await resolvePlan(inputs, { useCache, bootTest: true }, { deps, work });
    return { steps: steps.map(planReplyStep) };
  } finally {
    await deps.folders.remove(workDir);
  }
};
