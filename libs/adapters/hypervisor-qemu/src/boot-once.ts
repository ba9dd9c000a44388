import type { BootTestResult } from '@gild/contracts';
import { statfs } from 'node:fs/promises';
import type { BootTestSpec, Clock } from '@gild/ports';
import { bootStage } from './boot-stage.js';
import { bootTimeline, type BootTimeline } from './boot-timeline.js';
import { consoleWatch, type ConsoleWatch } from './console-watch.js';
import type { BootWatch } from './deciding-boot.js';
import { checksOf, guestStory } from './guest-story.js';
import { lowSpaceFault, machineFault } from './host-trouble.js';
import { withMachineRoom, type MachineRoom } from './machine-room.js';
import { MACHINE_MODELS, type Accelerator } from './machine-models.js';
import { withPatience } from './patience.js';
import { testMachine } from './qemu-arguments.js';
import { startQemu, type QemuProcess } from './qemu-process.js';
import { testAgent } from './test-agent.js';

export type BootAttempt = {
  spec: BootTestSpec;
  accelerator: Accelerator;
  clock: Clock;
  watch?: BootWatch;
};

type Machine = {
  process: QemuProcess;
  watch: ConsoleWatch;
  timeline: BootTimeline;
  deadEnd: Promise<string>;
  hasSpoken: boolean;
};

/** The console to its reader, as fast as that takes it: QEMU waits, and with it the guest. */
const streamConsole = async (machine: Machine, spec: BootTestSpec): Promise<void> => {
  for await (const chunk of machine.process.console as AsyncIterable<Buffer>) {
    machine.hasSpoken = true;
    machine.watch.add(chunk);
    await spec.onConsole?.(chunk);
  }
};

/** The sentence for a machine that ended by itself; a fault where the host is to blame. */
const endSentence = async ({ process, hasSpoken }: Machine): Promise<string> => {
  const { exit, complaints } = await process.ended;
  const fault = machineFault({ exit, complaints }, hasSpoken);
  if (fault) throw fault;
  if (exit === 'exit code 0')
    return 'The machine switched itself off or restarted before the checks were done.';
  return `QEMU ended with ${exit}: ${complaints || 'it gave no reason'}.`;
};

const deadlineSentence = async (
  { timeline }: Machine,
  { spec, accelerator }: BootAttempt,
): Promise<string> => {
  const { bavail, bsize } = await statfs(spec.workDir);
  const fault = lowSpaceFault(spec.workDir, bavail * bsize);
  if (fault) throw fault;
  return `After ${Math.round(spec.deadlineMs / 1000)} s ${bootStage(timeline, checksOf(spec, accelerator))}.`;
};

/** The sentence of a watch that gives up, or has. */
const givenUp = (watch: BootWatch | undefined): Promise<string> =>
  new Promise((resolve) => {
    const giveUp = () => resolve(String(watch?.giveUp.reason));
    if (watch?.giveUp.aborted) giveUp();
    else watch?.giveUp.addEventListener('abort', giveUp, { once: true });
  });

/** The first thing that decides the test: a sentence, or undefined when it passed. */
const decide = (attempt: BootAttempt, machine: Machine, signal: AbortSignal) => {
  const { spec, accelerator, clock, watch } = attempt;
  const { timeline, process } = machine;
  const nonsense = Promise.withResolvers<string>();
  const agent = testAgent(process.port, { clock, signal, onNonsense: nonsense.resolve });
  const onHello = () => watch?.onHello();
  const story = guestStory({ spec, accelerator, agent, timeline, clock, signal, onHello });
  const deadline = clock.delay(spec.deadlineMs, signal).then(() => deadlineSentence(machine, attempt));
  const reading = streamConsole(machine, spec).then(() => endSentence(machine));
  const decisions = [machine.deadEnd, nonsense.promise, story, deadline, givenUp(watch), reading];
  for (const decision of decisions) decision.catch(() => undefined);
  return Promise.race(decisions);
};

const failureOf = (sentence: string, { watch }: Machine): string => {
  const lines = watch.lastLines();
  return lines === '' ? sentence : `${sentence} The console's last lines:\n${lines}`;
};

const startedWatch = (timeline: BootTimeline) => {
  const deadEnd = Promise.withResolvers<string>();
  const watch = consoleWatch({ kernel: timeline.kernel, deadEnd: deadEnd.resolve });
  return { watch, deadEnd: deadEnd.promise };
};

/** Starts the machine once, as it is, and tells what happened. Nothing of it is left when this settles. */
export const bootOnce = (attempt: BootAttempt): Promise<BootTestResult> => {
  const spec = withPatience(attempt.spec, attempt.accelerator);
  return withMachineRoom(spec, (room) => bootIn(room, { ...attempt, spec }));
};

const bootIn = async (room: MachineRoom, attempt: BootAttempt): Promise<BootTestResult> => {
  const { spec, accelerator, clock } = attempt;
  spec.signal.throwIfAborted();
  const over = new AbortController();
  const signal = AbortSignal.any([spec.signal, over.signal]);
  const timeline = bootTimeline(() => clock.monotonicMs());
  const { program } = MACHINE_MODELS[spec.arch];
  const process = startQemu([program, ...testMachine({ ...room.shape, accelerator })], room);
  const machine = { process, timeline, ...startedWatch(timeline), hasSpoken: false };
  attempt.watch?.onPowerOn();
  signal.addEventListener('abort', process.kill, { once: true });
  try {
    const sentence = await decide(attempt, machine, signal);
    spec.signal.throwIfAborted();
    return {
      firmware: spec.firmware,
      accelerator,
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
