import type { AgentReport, Artifact, Assignment, Target } from '@gild/contracts';
import type { DiskImage, LayerArchive, WorkContext } from '@gild/ports';
import type { BuilderDeps, BuilderLimits } from './builder-deps.js';
import type { LoadedInputs } from './load-inputs.js';
import type { LogWriter } from './log/log-writer.js';
import type { SignsOfLife } from './signs-of-life.js';
import type { Patiently, StoreBeside } from './patient-objects.js';
import type { Prefetch } from './prefetch.js';
import type { WorkingTime } from './working-time.js';
import type { LayerStoring } from './steps/store-layers.js';

/** One fact for the scheduler. */
export type Fact = AgentReport['fact'];

/** What an attempt keeps from going while it runs; released at its end. */
export type Held = { trees: string[]; layers: string[] };

/** A layer in the cache, with the key of its kept tree. `isNew`: made while the attempt ran, by it or by a build beside it. */
export type RestingLayer = {
  step: string;
  key: string;
  archive: LayerArchive;
  cachedAs: string;
  treeKey: string;
  isNew: boolean;
};

/** What the steps of one attempt share. */
export type Attempt = {
  assignment: Assignment;
  inputs: LoadedInputs;
  target: Target;
  deps: BuilderDeps;
  /** For what reads pieces of the object store. */
  patiently: Patiently;
  /** For the layers, which are stored while the steps go on. */
  layerStore: StoreBeside;
  /** The agent's, as they hold for this build. */
  limits: BuilderLimits;
  /** Its signal is that of the step that runs. */
  work: WorkContext;
  log: LogWriter;
  life: SignsOfLife;
  /** What of its time counts. */
  working: WorkingTime;
  report: (fact: Fact) => void;
  /** Unpacked layers so far, lowest first. */
  trees: string[];
  /** The same layers at rest. */
  layers: RestingLayer[];
  /** Keys of kept trees and of cached layers. */
  held: Held;
  /** What is fetched ahead of the steps that need it. */
  prefetch: Prefetch;
  /** Once somebody wants the layers in the object store. */
  storedLayers: LayerStoring | undefined;
  disk: DiskImage | undefined;
  artifact: Artifact | undefined;
};
