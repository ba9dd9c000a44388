import type { Execute } from '@gild/builder-application';
import {
  type CallContext,
  type Meter,
  nextTrace,
  type OpenSpan,
  stepKind,
  traceOfJob,
  type Tracing,
  withinCall,
} from '@gild/operations';

type Fact = Parameters<Parameters<Execute>[1]['report']>[0];
type Finished = Extract<Fact, { type: 'StepFinished' }>['data'];

/** Where what is seen of attempts goes. */
export type AttemptsObserver = {
  meter: Meter;
  tracing: Tracing;
  /** Told what an attempt comes to, as part of its call. */
  tell: (what: string, facts: Record<string, unknown>) => void;
};

/**
 * Every attempt is a call of its own, in the trace of its build: what is done, logged and stored for it says so. Measured
 * and shown is what the attempt itself reports.
 */
export const observedAttempts = (execute: Execute, agentId: string, observer: AttemptsObserver): Execute => {
  let running = 0;
  const show = (change: number): void => {
    running += change;
    observer.meter.show('gild_agent_builds_running', [{ labels: {}, value: running }]);
  };
  const parked = parkedOf(observer);
  show(0);
  return async (assignment, run) => {
    const seen = new SeenAttempt({ jobId: assignment.jobId, attempt: assignment.attempt, agentId }, observer);
    const report = (fact: Fact): void => {
      seen.reported(fact);
      parked.note(seen, fact);
      run.report(fact);
    };
    show(1);
    try {
      await withinCall(seen.call, () => {
        observer.tell('attempt begins', {});
        return execute(assignment, { ...run, report });
      });
    } finally {
      show(-1);
    }
  };
};

/** Attempts that wait for their object store. */
const parkedOf = ({ meter }: AttemptsObserver) => {
  const parked = new Set<SeenAttempt>();
  const show = (): void => meter.show('gild_agent_builds_parked', [{ labels: {}, value: parked.size }]);
  show();
  return {
    note: (attempt: SeenAttempt, { type }: Fact): void => {
      const before = parked.size;
      if (type === 'AttemptParked') parked.add(attempt);
      else if (['AttemptResumed', 'AttemptEnded', 'ArtifactReported'].includes(type)) parked.delete(attempt);
      if (parked.size !== before) show();
    },
  };
};

/** One attempt as its facts show it. */
class SeenAttempt {
  readonly call: CallContext;
  readonly #observer: AttemptsObserver;
  readonly #attempt: OpenSpan;
  #step: OpenSpan | undefined;

  constructor(place: { jobId: string; attempt: number; agentId: string }, observer: AttemptsObserver) {
    const attributes = {
      ...{ 'gild.job_id': place.jobId, 'gild.attempt': place.attempt, 'gild.agent_id': place.agentId },
    };
    const parent = traceOfJob(place.jobId) ?? nextTrace();
    this.#observer = observer;
    this.#attempt = observer.tracing.begin({ name: 'attempt', kind: 'internal', parent, attributes });
    this.call = { ...place, trace: this.#attempt.trace };
  }

  reported(fact: Fact): void {
    switch (fact.type) {
      case 'StepStarted':
        return this.#stepStarted(fact.data.step);
      case 'StepFinished':
        return this.#stepFinished(fact.data);
      case 'ArtifactReported':
        return this.#ended('artifact');
      case 'AttemptEnded':
        return this.#ended(fact.data.failure.class, fact.data.failure.code);
      case 'PlanResolved':
      case 'BootTested':
      case 'LogStored':
      case 'AttemptParked':
      case 'AttemptResumed':
        return;
    }
  }

  #stepStarted(step: string): void {
    const { tracing } = this.#observer;
    this.#step = tracing.begin({ name: step, kind: 'internal', parent: this.#attempt.trace });
    this.call.trace = this.#step.trace;
  }

  #stepFinished({ step: name, status, cache, durationMs }: Finished): void {
    const step = stepKind(name);
    const { meter } = this.#observer;
    if (status !== 'skipped')
      meter.observe('gild_agent_step_seconds', { step, status, cache }, durationMs / 1000);
    const error = status === 'failed' ? { error: 'failed' } : {};
    this.#step?.end({ attributes: { 'gild.cache': cache }, ...error });
    this.#step = undefined;
    this.call.trace = this.#attempt.trace;
  }

  #ended(outcome: string, code?: string): void {
    const { meter, tell } = this.#observer;
    meter.count('gild_agent_builds_total', { outcome });
    this.#step?.end({ error: code });
    this.#attempt.end({
      attributes: { 'gild.outcome': outcome },
      ...(code !== undefined && { error: code }),
    });
    tell('attempt ended', { outcome, ...(code !== undefined && { code }) });
  }
}
