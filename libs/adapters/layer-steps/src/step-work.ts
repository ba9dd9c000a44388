import type { Clock, Sandbox, WorkContext } from '@gild/ports';

/** What every toolchain is given. */
export type StepOptions = {
  sandbox: Sandbox;
  clock: Clock;
};

/** One call of a toolchain: what it may use and where it works. */
export type StepWork<Options extends StepOptions = StepOptions> = { options: Options; context: WorkContext };
