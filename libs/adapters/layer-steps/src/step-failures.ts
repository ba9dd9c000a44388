import { saysNoSpace } from '@gild/node-runtime';
import { Fault } from '@gild/ports';

/** What package managers foresee; of what happens to them the system's own words tell. */
const FORESEEN = /You don't have enough free space|needs \d+[KMGT]?B? more space on the /;

/** No room is no verdict on what was being done, so it is looked for first. */
export const noSpace = (what: string, output: string): Fault | undefined =>
  saysNoSpace(output) || FORESEEN.test(output)
    ? new Fault('NO_SPACE', `${what}: no space left on the device. Free some and try again.`, {
        retryable: true,
      })
    : undefined;

const LINES = 20;
/** Of lines that are longer than anybody reads. */
const CHARACTERS = 20_000;

/** The end of what a program printed. */
export const lastLines = (output: string): string =>
  output.trimEnd().slice(-CHARACTERS).split('\n').slice(-LINES).join('\n');

/** Why a step of the recipe failed. */
export const stepFailure = (step: string, exitCode: number, output: string): Fault =>
  noSpace(step, output) ??
  new Fault(
    'SCRIPT_FAILED',
    `${step} ended with exit code ${exitCode}. The last it printed:\n${lastLines(output)}`,
  );
