import { type StepKind, stepLimits } from '@gild/builder-domain';
import { Fault, faultCode } from '@gild/ports';
import type { Attempt } from './attempt.js';
import { timesOfBuild } from './limits-of-build.js';
import type { ResolvedStep } from './resolve-plan.js';
import { withinLimits } from './step-watch.js';
import { runChecksumsStep, runUploadStep, runVerifyStep } from './steps/artifact-steps.js';
import { runBootTestStep } from './steps/boot-test-step.js';
import { runDiskStep } from './steps/disk-step.js';
import { runBaseStep } from './steps/base-step.js';
import { type CacheResult, runLayerStep } from './steps/layer-step.js';

const actions = {
  disk: runDiskStep,
  boot_test: runBootTestStep,
  checksums: runChecksumsStep,
  verify: runVerifyStep,
  upload: runUploadStep,
} as const;

/** Runs one step and reports its start, its end, and how long it took, whatever the end was. */
export const runStep = async (step: ResolvedStep, attempt: Attempt): Promise<void> => {
  const { working } = attempt;
  const report = stepReporter(step.name, attempt);
  if (step.skipped) {
    report('skipped', 0, { cache: 'none' });
    return;
  }
  attempt.work.signal.throwIfAborted();
  attempt.report({ type: 'StepStarted', data: { attempt: attempt.assignment.attempt, step: step.name } });
  const start = working.monotonicMs();
  try {
    await attempt.log.line(`--- ${step.title} (${step.name})`);
    const result = await inTime(step, attempt);
    report('done', working.monotonicMs() - start, result);
  } catch (error) {
    report('failed', working.monotonicMs() - start, { cache: 'none' });
    throw inStep(step.name, error);
  }
};

const kindOf = (step: ResolvedStep): StepKind => (step.kind === 'action' ? step.name : step.kind);

/** While the step runs, the attempt's signal is the step's. */
const inTime = async (step: ResolvedStep, attempt: Attempt): Promise<CacheResult> => {
  const { deps, inputs, life, working, work } = attempt;
  const limits = stepLimits(kindOf(step), timesOfBuild(inputs.arch, deps));
  const watched = { step: step.name, limits, clock: deps.clock, working, life, signal: work.signal };
  try {
    return await withinLimits(watched, (signal) => {
      attempt.work = { ...work, signal };
      return runKind(step, attempt);
    });
  } finally {
    attempt.work = work;
  }
};

const runKind = (step: ResolvedStep, attempt: Attempt): Promise<CacheResult> => {
  switch (step.kind) {
    case 'base':
      return runBaseStep(step, attempt);
    case 'layer':
      return runLayerStep(step, attempt);
    case 'action':
      return runAction(step.name, attempt);
  }
};

const runAction = async (name: keyof typeof actions, attempt: Attempt): Promise<CacheResult> => {
  await actions[name](attempt);
  return { cache: 'none' };
};

const stepReporter =
  (step: string, { assignment, report }: Attempt) =>
  (status: 'done' | 'skipped' | 'failed', durationMs: number, result: CacheResult): void => {
    report({
      type: 'StepFinished',
      data: { attempt: assignment.attempt, step, status, durationMs, ...result },
    });
  };

/** The error with the step it happened in, for the failure that is recorded. */
const inStep = (step: string, error: unknown): Fault => {
  const { message, retryable } = error as Partial<Fault>;
  const options = { retryable: retryable ?? false, cause: error, details: { step } };
  return new Fault(faultCode(error) ?? 'INTERNAL', message ?? String(error), options);
};
