import type { BootTestResult } from '@gild/contracts';
import { Fault, type BootTestSpec, type Clock } from '@gild/ports';
import { bootTimeline, type BootTimeline } from './boot-timeline.js';
import { consoleWatch, type ConsoleWatch } from './console-watch.js';
import { guestStory } from './guest-story.js';
import { testMachine, type MachineShape } from './qemu-arguments.js';
import { startQemu, type QemuProcess } from './qemu-process.js';
import { testAgent } from './test-agent.js';

export type BootAttempt = {
  spec: BootTestSpec;
  shape: MachineShape;
  clock: Clock;
  /** Called when the kernel runs. */
  onKernel: () => void;
  /** Ends the attempt as a failed one, with its reason as the sentence. */
  giveUp?: AbortSignal;
};

type Machine = {
  process: QemuProcess;
  watch: ConsoleWatch;
  timeline: BootTimeline;
  deadEnd: Promise<string>;
};

const HOST_MEMORY = /Cannot allocate memory|cannot set up guest memory/;

/** The console to its reader, as fast as that takes it: QEMU waits, and with it the guest. */
const streamConsole = async ({ process, watch }: Machine, spec: BootTestSpec): Promise<void> => {
  for await (const chunk of process.console as AsyncIterable<Buffer>) {
    watch.add(chunk);
    await spec.onConsole?.(chunk);
  }
};

/** The sentence for a machine that ended by itself. */
const endSentence = async ({ process }: Machine): Promise<string> => {
  const { exit, complaints } = await process.ended;
  if (HOST_MEMORY.test(complaints))
    throw new Fault('NO_MEMORY', `This host has no memory left for the test machine: ${complaints}`, {
      retryable: true,
    });
  if (exit === 'exit code 0')
    return 'The machine switched itself off or restarted before the checks were done.';
  return `QEMU ended with ${exit}: ${complaints || 'it gave no reason'}.`;
};

const stage = (times: BootTimeline['times']): string => {
  if (times.msToUserspace !== undefined) return 'its checks were not done';
  return times.msToKernel === undefined ? 'its kernel did not start' : 'its test agent did not speak';
};

const deadlineSentence = ({ timeline }: Machine, deadlineMs: number): string =>
  `After ${Math.round(deadlineMs / 1000)} s ${stage(timeline.times)}.`;

/** The first thing that decides the test: a sentence, or undefined when it passed. */
const decide = (attempt: BootAttempt, machine: Machine, signal: AbortSignal) => {
  const { spec, clock } = attempt;
  const { timeline, process } = machine;
  const nonsense = Promise.withResolvers<string>();
  const agent = testAgent(process.port, { clock, signal, onNonsense: nonsense.resolve });
  const story = guestStory({ spec, agent, timeline, clock, signal });
  const deadline = clock
    .delay(spec.deadlineMs, signal)
    .then(() => deadlineSentence(machine, spec.deadlineMs));
  const givenUp = new Promise<string>((resolve) => {
    attempt.giveUp?.addEventListener('abort', () => resolve(String(attempt.giveUp?.reason)), { once: true });
  });
  const reading = streamConsole(machine, spec).then(() => endSentence(machine));
  const decisions = [machine.deadEnd, nonsense.promise, story, deadline, givenUp, reading];
  for (const decision of decisions) decision.catch(() => undefined);
  return Promise.race(decisions);
};

const failureOf = (sentence: string, { watch }: Machine): string => {
  const lines = watch.lastLines();
  return lines === '' ? sentence : `${sentence} The console's last lines:\n${lines}`;
};

/** Starts the machine once, as it is, and tells what happened. Nothing of it is left when this settles. */
export const bootOnce = async (attempt: BootAttempt): Promise<BootTestResult> => {
  const { spec, shape, clock } = attempt;
  spec.signal.throwIfAborted();
  const over = new AbortController();
  const signal = AbortSignal.any([spec.signal, over.signal]);
  const timeline = bootTimeline(() => clock.monotonicMs());
  const deadEnd = Promise.withResolvers<string>();
  const watch = consoleWatch({
    kernel: () => {
      timeline.kernel();
      attempt.onKernel();
    },
    deadEnd: deadEnd.resolve,
  });
  const process = startQemu(testMachine(shape), spec.workDir);
  const machine = { process, watch, timeline, deadEnd: deadEnd.promise };
  signal.addEventListener('abort', process.kill, { once: true });
  try {
    const sentence = await decide(attempt, machine, signal);
    spec.signal.throwIfAborted();
    return {
      firmware: spec.firmware,
      accelerator: shape.accelerator,
      passed: sentence === undefined,
      ...(sentence === undefined ? {} : { failure: failureOf(sentence, machine) }),
      ...timeline.times,
      checks: timeline.checks,
    };
  } catch (error) {
    throw spec.signal.aborted ? spec.signal.reason : error;
  } finally {
    over.abort();
    process.port.destroy();
    await process.ended.catch(() => undefined);
  }
};
