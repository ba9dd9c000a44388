import { startVm, type VmProcess, vmPrograms } from '@gild/hypervisor-qemu';
import { systemClock } from '@gild/node-runtime';
import { EXIT } from '../../exit-codes.js';
import { type Context, withServer } from '../context.js';
import { attachConsole } from './vm-console.js';
import type { MadeVm } from './make-vm.js';
import { reportStart, reportStop } from './vm-reports.js';

/** How long a guest may take to shut down; where it is emulated that takes a minute. */
const SHUTDOWN_MS = 120_000;

/** Runs a VM for as long as this program does, on record from its start to its end. Ctrl-C has it shut down. */
export const runVm = async ({ document: vm, shape, isProven }: MadeVm, context: Context): Promise<void> => {
  const { terminal, interrupted } = context;
  await withServer(context, (client) => reportStart(client, vm));
  terminal.note(
    `${vm.vm_id} starts (${vm.accelerator}); its console follows, Ctrl-C shuts it down, twice cuts its power`,
  );
  if (!isProven)
    terminal.note(
      'nothing has been booted under KVM here yet: if the console stays empty, see gild test-boot',
    );
  let reason = 'QEMU failed';
  try {
    await untilEnded(startVm(vmPrograms(shape).underControl), context);
    reason = interrupted.aborted ? 'ended with Ctrl-C' : 'it switched itself off';
    terminal.note(
      `${vm.vm_id} is switched off; boot in ${vm.folder}/vm.json starts it again, gild vm remove ${vm.vm_id} removes it`,
    );
  } finally {
    // The first Ctrl-C ended the machine; that has to come on record all the same.
    const unbroken = { ...context, interrupted: new AbortController().signal };
    await withServer(unbroken, (client) => reportStop(client, vm.vm_id, reason));
  }
  if (interrupted.aborted) context.setExitCode(EXIT.interrupted);
};

const untilEnded = async (vm: VmProcess, { interrupted, terminal }: Context): Promise<void> => {
  const over = new AbortController();
  const detach = attachConsole(vm.console, () => {
    // A second signal would end this program before the end of the machine is on record.
    if (interrupted.aborted) vm.cutPower();
    else process.kill(process.pid, 'SIGINT');
  });
  const shutDown = (): void => {
    terminal.note('shutting down; Ctrl-C again cuts the power');
    vm.pressPower();
    systemClock
      .delay(SHUTDOWN_MS, over.signal)
      .then(() => {
        terminal.note(`the guest did not shut down within ${SHUTDOWN_MS / 1000} s: cutting its power`);
        vm.cutPower();
      })
      .catch(() => undefined);
  };
  interrupted.addEventListener('abort', shutDown, { once: true });
  if (interrupted.aborted) shutDown();
  try {
    await vm.ended;
  } finally {
    interrupted.removeEventListener('abort', shutDown);
    over.abort();
    detach();
  }
};
