import type { AgentReport, Artifact, Assignment, Target } from '@gild/contracts';
import type { DiskImage, WorkContext } from '@gild/ports';
import type { BuilderDeps, BuilderLimits } from './builder-deps.js';
import type { LoadedInputs } from './load-inputs.js';
import type { LogWriter } from './log/log-writer.js';

/** One fact for the scheduler. */
export type Fact = AgentReport['fact'];

/** What the steps of one attempt share. */
export type Attempt = {
  assignment: Assignment;
  inputs: LoadedInputs;
  target: Target;
  deps: BuilderDeps;
  /** The agent's, as they hold for this build. */
  limits: BuilderLimits;
  work: WorkContext;
  log: LogWriter;
  report: (fact: Fact) => void;
  /** Unpacked layers so far, lowest first. */
  trees: string[];
  /** Keys of the layers whose kept trees the attempt holds; released at its end. */
  held: string[];
  disk: DiskImage | undefined;
  artifact: Artifact | undefined;
};
