import { startVm, vmPrograms } from '@gild/hypervisor-qemu';
import { systemClock } from '@gild/node-runtime';
import { EXIT } from '../../exit-codes.js';
import { type Context, withServer } from '../context.js';
import { attachConsole } from './vm-console.js';
import type { VmDocument } from './vm-document.js';
import { untilOff } from './vm-power.js';
import { reportStart, reportStop } from './vm-reports.js';
import type { Machine } from './vm-shape.js';
import { vmCommand } from './vm-wishes.js';

/** A VM that was made, and the machine it is. */
export type MadeVm = Machine & { document: VmDocument };

/** Runs a VM for as long as this program does, on record from its start to its end. Ctrl-C has it shut down. */
export const runVm = async (made: MadeVm, context: Context): Promise<void> => {
  const { document: vm, shape, isProven } = made;
  const { terminal, interrupted } = context;
  await withServer(context, (client) => reportStart(client, vm));
  terminal.note(
    `${vm.vm_id} starts (${shape.accelerator}); its console follows, Ctrl-C shuts it down, twice cuts its power`,
  );
  if (!isProven)
    terminal.note(
      'nothing has been booted under KVM here yet: if the console stays empty, see gild test-boot',
    );
  let reason = 'QEMU failed';
  try {
    await runMachine(made, context);
    reason = interrupted.aborted ? 'ended with Ctrl-C' : 'it switched itself off';
    const [again, away] = [vmCommand('run', vm, context.env), vmCommand('remove', vm, context.env)];
    terminal.note(`${vm.vm_id} is switched off; ${again} starts it again, ${away} removes it`);
  } finally {
    // The first Ctrl-C ended the machine; that has to come on record all the same.
    const unbroken = { ...context, interrupted: new AbortController().signal };
    await withServer(unbroken, (client) => reportStop(client, vm.vm_id, reason));
  }
  if (interrupted.aborted) context.setExitCode(EXIT.interrupted);
};

const runMachine = async ({ shape }: MadeVm, context: Context): Promise<void> => {
  const vm = startVm(vmPrograms(shape).underControl);
  const detach = attachConsole(vm.console, () => process.kill(process.pid, 'SIGINT'));
  try {
    await untilOff(vm, { context, clock: systemClock });
  } finally {
    detach();
  }
};
