import type { Assignment } from '@gild/contracts';
import { stepLimits } from '@gild/builder-domain';
import { Fault } from '@gild/ports';
import type { Attempt, Fact } from './attempt.js';
import type { BuilderDeps } from './builder-deps.js';
import { failureOf } from './failure-of.js';
import { cleanUp, giveBack, type Leavings } from './give-back.js';
import { limitsOfBuild, timesOfBuild } from './limits-of-build.js';
import { loadInputs } from './load-inputs.js';
import { type LogWriter, logWriter } from './log/log-writer.js';
import { patience, type Patiently, patientObjects, type StoreBeside } from './patient-objects.js';
import { prefetchTaskservs } from './prefetch.js';
import { plannedStep } from './planned-steps.js';
import { requireBootTools } from './require-boot-tools.js';
import { resolvePlan } from './resolve-plan.js';
import { runStep } from './run-step.js';
import { lively, type SignsOfLife, signsOfLife } from './signs-of-life.js';
import { withinLimits } from './step-watch.js';
import { timeLimit } from './time-limit.js';
import { type WorkingTime, workingTime } from './working-time.js';

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
  const { clock } = host;
  const working = workingTime(clock);
  const time = timeLimit(assignment.timeoutMs, { clock, working }, run.signal);
  const { patiently, beside } = patience({
    ...{ attempt, clock, working, signal: time.signal, report: run.report },
  });
  // Of the attempt its name alone: the registry refuses requests that say more.
  const objects = host.objectsOf({ jobId, attempt });
  const deps = { ...host, objects: patientObjects(objects, patiently) };
  const life = signsOfLife(working);
  const log = logOf(assignment, { host, life, kept: beside(objects) });
  const leavings: Leavings = { folders: [], held: { trees: [], layers: [] } };
  const building = {
    ...{ deps, patiently, layerStore: beside(objects), log, life, working, report: run.report },
    ...{ signal: time.signal, ...leavings },
  };
  let last: Fact;
  try {
    last = await build(assignment, building);
  } catch (error) {
    const failure = failureOf(time.signal.aborted ? time.signal.reason : error, error);
    await log.line(`failed: ${failure.message}`).catch(() => undefined);
    last = { type: 'AttemptEnded', data: { attempt, failure } };
  }
  const told = await closeLog(log, last, run.report);
  time.stop();
  await conclude(told, { run, deps: host, leavings, stoppedMs: time.stoppedMs() });
};

type Conclusion = {
  run: BuildRun;
  deps: BuilderDeps;
  leavings: Leavings;
  stoppedMs: number | undefined;
};

/**
 * The outcome of an attempt that ended by itself is told before anything of it is removed: what cannot be goes when the agent
 * starts again. That of one that was stopped is told with the proof that nothing of it is left.
 */
const conclude = async (last: Fact, { run, deps, leavings, stoppedMs }: Conclusion): Promise<void> => {
  if (stoppedMs === undefined || last.type !== 'AttemptEnded') {
    run.report(last);
    await giveBack(leavings, deps);
    return;
  }
  const proof = await cleanUp(leavings, stoppedMs, deps);
  run.report({ ...last, data: { ...last.data, cleanUp: proof } });
};

type Logging = { host: BuilderDeps; life: SignsOfLife; kept: StoreBeside };

const logOf = ({ jobId, attempt }: Assignment, { host, life, kept }: Logging): LogWriter => {
  const { objects, awaited } = kept;
  const log = logWriter(jobId, attempt, { ...host, objects, limitBytes: host.limits.logBytes });
  return lively(log, life, awaited);
};

type Building = {
  deps: BuilderDeps;
  patiently: Patiently;
  layerStore: StoreBeside;
  log: LogWriter;
  life: SignsOfLife;
  working: WorkingTime;
  report: (fact: Fact) => void;
  signal: AbortSignal;
} & Leavings;

const build = async (assignment: Assignment, building: Building): Promise<Fact> => {
  const { deps, patiently, log, signal, folders } = building;
  const { jobId, attempt, inputDigest } = assignment;
  await log.line(`${assignment.imageName} ${assignment.imageVersion}, job ${jobId}, attempt ${attempt}`);
  signal.throwIfAborted();
  const inputs = await patiently(() => loadInputs(inputDigest, deps));
  await requireBootTools(inputs, assignment, deps);
  const workDir = await deps.folders.create(`${jobId}-${attempt}`, deps.limits.diskBytes);
  folders.push(workDir);
  return buildIn(workDir, inputs, { assignment, ...building });
};

type Planning = { assignment: Assignment; work: Attempt['work']; building: Building };

const planFor = (
  inputs: Attempt['inputs'],
  { assignment: { useCache, bootTest }, work, building }: Planning,
): ReturnType<typeof resolvePlan> => {
  const { deps, patiently, life, working, signal } = building;
  const limits = stepLimits('packages', timesOfBuild(inputs.arch, deps));
  return withinLimits({ step: 'packages', limits, clock: deps.clock, working, life, signal }, (inTime) =>
    patiently(() => resolvePlan(inputs, { useCache, bootTest }, { deps, work: { ...work, signal: inTime } })),
  );
};

const buildIn = async (
  workDir: string,
  inputs: Attempt['inputs'],
  { assignment, ...building }: Building & { assignment: Assignment },
): Promise<Fact> => {
  const { deps, patiently, layerStore, log, life, working, report, signal, held } = building;
  const { attempt } = assignment;
  const { cacheDir, hostArch } = deps;
  const limits = limitsOfBuild(inputs.arch, deps);
  if (inputs.arch !== hostArch)
    await log.line(`programs of the image run emulated: this agent is ${hostArch}`);
  const work = { workDir, cacheDir, log: log.write, signal, idleLimitMs: limits.idleMs };
  await log.line('--- packages (resolve)');
  const { target, steps } = await planFor(inputs, { assignment, work, building });
  report({ type: 'PlanResolved', data: { attempt, steps: steps.map(plannedStep) } });
  const prefetch = await prefetchTaskservs(inputs.definition.steps.parallel_install ? steps : [], {
    ...{ target, deps, work, log },
  });
  const state: Attempt = {
    ...{ assignment, inputs, target, deps, patiently, layerStore, limits, work, log, life, working, report },
    ...{
      prefetch,
      trees: [],
      layers: [],
      held,
      storedLayers: undefined,
      disk: undefined,
      artifact: undefined,
    },
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
