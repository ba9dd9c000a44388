import { startVm, vmPrograms } from '@gild/hypervisor-qemu';
import { systemClock } from '@gild/node-runtime';
import { faultCode } from '@gild/ports';
import type { HttpClient } from '../../client/http-client.js';
import { EXIT } from '../../exit-codes.js';
import { faultText } from '../../fault-text.js';
import { type Context, withServer } from '../context.js';
import { attachConsole } from './vm-console.js';
import type { VmDocument } from './vm-document.js';
import { untilOff } from './vm-power.js';
import { vmCommand } from './vm-place.js';
import { reportStart, reportStop } from './vm-reports.js';
import type { Machine } from './vm-shape.js';

/** A VM that was made, and the machine it is. */
export type MadeVm = Machine & { document: VmDocument };

/**
 * Runs a VM for as long as this program does, on record from its start to its end. Ctrl-C has it shut down. What went wrong with the machine
 * comes before what went wrong with the record.
 */
export const runVm = async (made: MadeVm, context: Context): Promise<void> => {
  const { document: vm } = made;
  await recordStart(vm, context);
  const failure = await failureOf(() => runMachine(made, context));
  // At once, and not by throwing it: after Ctrl-C nobody would be told.
  if (failure !== undefined) say(failure, context);
  const wasInterrupted = context.interrupted.aborted;
  const reason = wasInterrupted ? 'it was interrupted' : 'it switched itself off';
  const unrecorded = await recordEnd(vm, failure === undefined ? reason : 'QEMU failed', context);
  const wrong = failure ?? unrecorded;
  if (wasInterrupted) context.setExitCode(EXIT.interrupted);
  else if (wrong !== undefined) context.setExitCode(faultText(wrong).exitCode);
};

const say = (error: Error, { terminal }: Context): void =>
  terminal.note(`${terminal.colours.red('error:')} ${faultText(error).text}`);

const failureOf = async (work: () => Promise<void>): Promise<Error | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    return error as Error;
  }
};

/** The first Ctrl-C is for the machine; what is on record of it has to be true all the same. */
const toRecord = (context: Context, report: (client: HttpClient) => Promise<void>): Promise<void> =>
  withServer({ ...context, interrupted: new AbortController().signal }, report);

const UNANSWERED: readonly unknown[] = ['UNAVAILABLE', 'TIMEOUT'];

const recordStart = async (vm: VmDocument, context: Context): Promise<void> => {
  const { note } = context.terminal;
  await toRecord(context, async (client) => {
    const warning = await reportStart(client, vm);
    if (warning !== undefined) note(`warning: ${warning}`);
  }).catch((error: unknown) => {
    if (UNANSWERED.includes(faultCode(error)))
      note(
        `${vm.vm_id} was not started; if it is on record as running all the same, gild vm stop ${vm.vm_id} mends that`,
      );
    throw error;
  });
};

/** Answers why that could not be put on record, which it has said. A Ctrl-C says that this is under way, the next leaves. */
const recordEnd = async (
  { vm_id: vmId }: VmDocument,
  reason: string,
  context: Context,
): Promise<Error | undefined> => {
  const { interrupted, onInsisted } = context;
  const { note } = context.terminal;
  const stop = `gild vm stop ${vmId}`;
  const letGo = onInsisted(() => tell());
  const tell = (): void => {
    note(`${vmId} is off; putting that on record. Ctrl-C again leaves it to ${stop}`);
    letGo();
  };
  interrupted.addEventListener('abort', tell, { once: true });
  const error = await failureOf(() => toRecord(context, (client) => reportStop(client, vmId, reason)));
  interrupted.removeEventListener('abort', tell);
  letGo();
  if (error !== undefined)
    note(
      `error: ${vmId} is off, and still on record as running: ${faultText(error).text}. ${stop} mends that`,
    );
  return error;
};

const runMachine = async ({ document, shape, isProven }: MadeVm, context: Context): Promise<void> => {
  const { terminal, interrupted, env } = context;
  if (interrupted.aborted) return;
  terminal.note(
    `${document.vm_id} starts (${shape.accelerator}); its console follows, Ctrl-C shuts it down, twice cuts its power`,
  );
  if (!isProven)
    terminal.note(
      'nothing has been booted under KVM here yet: if the console stays empty, see gild test-boot',
    );
  const vm = startVm(vmPrograms(shape).underControl);
  const detach = attachConsole(vm.console, () => process.kill(process.pid, 'SIGINT'));
  try {
    await untilOff(vm, { context, clock: systemClock });
  } finally {
    detach();
  }
  const [again, away] = [vmCommand('run', document, env), vmCommand('remove', document, env)];
  terminal.note(`${document.vm_id} is switched off; ${again} starts it again, ${away} removes it`);
};
