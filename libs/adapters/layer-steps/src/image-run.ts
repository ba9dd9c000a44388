import type { Target } from '@gild/contracts';
import type { Bind } from '@gild/ports';
import { proxyEnvironment } from './proxy-environment.js';
import { outputTail } from './output-tail.js';
import type { StepWork } from './step-work.js';

/** A layer in the making. `env`: what the programs of its family are told besides. */
export type LayerTree = {
  lower: readonly string[];
  upper: string;
  epoch: number;
  arch: Target['arch'];
  env?: Readonly<Record<string, string>>;
};

export type ImageStep = {
  argv: readonly string[];
  root?: 'image' | 'host';
  binds?: readonly Bind[];
  network?: boolean;
  env?: Readonly<Record<string, string>>;
};

/** Installers ask nothing and do not vary with the place or the moment; the time they take from the layer. */
export const SURROUNDINGS: Readonly<Record<string, string>> = {
  SYSTEMD_OFFLINE: '1',
  PYTHONHASHSEED: '0',
  TZ: 'UTC',
};

const environment = (tree: LayerTree, step: ImageStep): Record<string, string> => ({
  ...SURROUNDINGS,
  ...tree.env,
  SOURCE_DATE_EPOCH: String(tree.epoch),
  ...(step.network ? proxyEnvironment(process.env) : {}),
  ...step.env,
});

/** Runs one step on the tree, with everything it prints in the log. */
export const runStep = async (
  work: StepWork,
  tree: LayerTree,
  step: ImageStep,
): Promise<{ exitCode: number; output: string }> => {
  const output = outputTail(work.context.log);
  const { exitCode } = await work.options.sandbox.run({
    argv: step.argv,
    lower: tree.lower,
    upper: tree.upper,
    root: step.root ?? 'image',
    arch: tree.arch,
    binds: step.binds ?? [],
    network: step.network ?? false,
    env: environment(tree, step),
    onOutput: output.add,
    idleLimitMs: work.context.idleLimitMs,
    signal: work.context.signal,
  });
  return { exitCode, output: output.text() };
};
