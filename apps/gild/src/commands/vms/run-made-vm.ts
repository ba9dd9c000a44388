import { requireBootTools } from '@gild/hypervisor-qemu';
import { Fault } from '@gild/ports';
import { type CommonOptions, type Context, printer, withServer } from '../context.js';
import { noSuchVm } from './made-vms.js';
import { runVm } from './run-vm.js';
import { requireStartable } from './startable-vm.js';
import type { VmDocument } from './vm-document.js';
import { vmIn } from './vm-folder.js';
import { aloneWithVm } from './vm-lock.js';
import { folderOf } from './vm-place.js';
import { reportStop, vmOnRecord } from './vm-reports.js';
import { machineOf, told } from './vm-shape.js';
import { vmIdOf } from './vm-wishes.js';

export type RunFlags = CommonOptions & { disk?: string };

/** Boots a VM that was made on this host, as often as one likes. Faults: VM_NOT_FOUND, CONFLICT, ARTIFACT_NOT_FOUND, ARTIFACT_DAMAGED, TOOL_MISSING. */
export const runMadeVm = async (name: string, flags: RunFlags, context: Context): Promise<void> => {
  const vmId = vmIdOf(name);
  const folder = folderOf(vmId, flags.disk, context.env);
  await aloneWithVm(vmId, context.env, async () => {
    const vm = await vmIn(folder, vmId);
    if (vm === undefined) throw await noSuchVm(vmId, folder, context.env);
    await runHere({ ...vm, folder }, flags, context);
  });
};

const runHere = async (vm: VmDocument, flags: RunFlags, context: Context): Promise<void> => {
  const { env } = context;
  await requireBootTools({ arch: vm.arch, firmwares: [vm.firmware] });
  await requireStartable(vm, context);
  await takeOver(vm, context);
  const machine = await machineOf(vm, env);
  const document = { ...vm, ...told(machine) };
  printer(context, flags)(document, () => '');
  await runVm({ document, ...machine }, context);
};

/** A VM has one name in the farm. One on record as running here does not: nobody runs its disk, so whoever ran it was killed. */
const takeOver = (vm: VmDocument, context: Context): Promise<void> =>
  withServer(context, async (client) => {
    const known = await vmOnRecord(client, vm.vm_id);
    if (known?.state !== 'running') return;
    if (known.host === vm.host) return reportStop(client, vm.vm_id, 'it was found switched off');
    throw new Fault(
      'CONFLICT',
      `${vm.vm_id} is on record as running on ${known.host}, and was made on ${vm.host}; report its end there first (gild vm stop ${vm.vm_id})`,
    );
  });
