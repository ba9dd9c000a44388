import type { Assignment } from '@gild/contracts';
import { Fault } from '@gild/ports';
import type { Attempt, Fact, Held } from './attempt.js';
import type { BuilderDeps } from './builder-deps.js';
import { failureOf } from './failure-of.js';
import { limitsOfBuild } from './limits-of-build.js';
import { loadInputs } from './load-inputs.js';
import { type LogWriter, logWriter } from './log/log-writer.js';
import { patientObjects } from './patient-objects.js';
import { prefetchTaskservs } from './prefetch.js';
import { plannedStep } from './planned-steps.js';
import { requireBootTools } from './require-boot-tools.js';
import { resolvePlan } from './resolve-plan.js';
import { runStep } from './run-step.js';
import { timeLimit } from './time-limit.js';

export type BuildRun = { report: (fact: Fact) => void; signal: AbortSignal };

/**
 * Builds one attempt from its inputs to the stored artifact, reporting every fact on the way; the last fact is
 * ArtifactReported or AttemptEnded. Never rejects. Whatever the end, no process and no folder of the attempt is left.
 */
export const executeBuild = async (
  assignment: Assignment,
  host: BuilderDeps,
  run: BuildRun,
): Promise<void> => {
  const { jobId, attempt } = assignment;
  const time = timeLimit(assignment.timeoutMs, host.clock, run.signal);
  const patience = { attempt, clock: host.clock, signal: time.signal, report: run.report };
  const deps = { ...host, objects: patientObjects(host.objectsOf(assignment), patience) };
  const log = logWriter(jobId, attempt, { ...deps, limitBytes: deps.limits.logBytes });
  const folders: string[] = [];
  const held: Held = { trees: [], layers: [] };
  const building = { deps, log, report: run.report, signal: time.signal, folders, held };
  let last: Fact;
  try {
    last = await build(assignment, building);
  } catch (error) {
    const failure = failureOf(time.signal.aborted ? time.signal.reason : error, error);
    await log.line(`failed: ${failure.message}`).catch(() => undefined);
    last = { type: 'AttemptEnded', data: { attempt, failure } };
  }
  run.report(await closeLog(log, last, run.report));
  time.stop();
  await giveBack({ folders, held }, host);
};

/** The outcome stands, and is told, before this: what cannot be removed goes when the agent starts again. */
const giveBack = async (
  { folders, held }: Pick<Building, 'folders' | 'held'>,
  deps: BuilderDeps,
): Promise<void> => {
  await Promise.allSettled(folders.map((folder) => deps.folders.remove(folder)));
  await Promise.allSettled([
    ...held.trees.map((key) => deps.trees.release(key)),
    ...held.layers.map((key) => deps.layers.release(key)),
  ]);
};

type Building = {
  deps: BuilderDeps;
  log: LogWriter;
  report: (fact: Fact) => void;
  signal: AbortSignal;
  /** Folders to remove at the end. */
  folders: string[];
  /** To release at the end. */
  held: Held;
};

const build = async (assignment: Assignment, building: Building): Promise<Fact> => {
  const { deps, log, signal, folders } = building;
  const { jobId, attempt, inputDigest } = assignment;
  await log.line(`${assignment.imageName} ${assignment.imageVersion}, job ${jobId}, attempt ${attempt}`);
  signal.throwIfAborted();
  const inputs = await loadInputs(inputDigest, deps);
  await requireBootTools(inputs, assignment, deps);
  const workDir = await deps.folders.create(`${jobId}-${attempt}`, deps.limits.diskBytes);
  folders.push(workDir);
  return buildIn(workDir, inputs, { assignment, ...building });
};

const buildIn = async (
  workDir: string,
  inputs: Attempt['inputs'],
  { assignment, deps, log, report, signal, held }: Building & { assignment: Assignment },
): Promise<Fact> => {
  const { attempt, useCache, bootTest } = assignment;
  const { cacheDir, hostArch } = deps;
  const limits = limitsOfBuild(inputs.arch, deps);
  if (inputs.arch !== hostArch)
    await log.line(`programs of the image run emulated: this agent is ${hostArch}`);
  const work = { workDir, cacheDir, log: log.write, signal, idleLimitMs: limits.idleMs };
  await log.line('--- packages (resolve)');
  const { target, steps } = await resolvePlan(inputs, { useCache, bootTest }, { deps, work });
  report({ type: 'PlanResolved', data: { attempt, steps: steps.map(plannedStep) } });
  const prefetch = await prefetchTaskservs(inputs.definition.steps.parallel_install ? steps : [], {
    ...{ target, deps, work, log },
  });
  const state: Attempt = {
    ...{ assignment, inputs, target, deps, limits, work, log, report, prefetch },
    ...{ trees: [], layers: [], held, storedLayers: undefined, disk: undefined, artifact: undefined },
  };
  try {
    for (const step of steps) await runStep(step, state);
  } finally {
    await prefetch.stop();
    await state.storedLayers?.stop();
  }
  if (state.artifact === undefined) throw new Fault('NO_ARTIFACT', 'the plan ended without an artifact');
  return { type: 'ArtifactReported', data: { attempt, artifact: state.artifact } };
};

/** A log that cannot be stored fails an attempt that had succeeded: its record would be incomplete. */
const closeLog = async (log: LogWriter, last: Fact, report: (fact: Fact) => void): Promise<Fact> => {
  const { attempt } = last.data;
  try {
    report({ type: 'LogStored', data: { attempt, log: await log.close() } });
    return last;
  } catch (error) {
    if (last.type === 'AttemptEnded') return last;
    return { type: 'AttemptEnded', data: { attempt, failure: failureOf(error) } };
  }
};
