import { VmStarted, VmStopped, type VmEvent } from '@gild/contracts';
import { accept, command, oneOf, reject, type Decider, type Decision } from '@gild/kernel';
import type { z } from 'zod';

const { vmId, by, reason } = VmStopped.shape.data.shape;

export const VmCommand = oneOf(
  command('ReportVmStart', VmStarted.shape.data.shape),
  command('ReportVmStop', { vmId, by, reason }),
);
export type VmCommand = z.infer<typeof VmCommand>;
type Start = z.infer<typeof VmStarted>['data'];

/** What a machine runs or last ran, and where. */
export type Machine = Omit<Start, 'by'>;

export type VmState = { status: 'unknown' } | { status: 'running' | 'stopped'; machine: Machine };

export type VmRejection = { code: 'VM_NOT_FOUND' };

/**
 * One virtual machine as it is reported. A report is a fact that nothing refuses but that the machine was never heard of; one that
 * says what is known already records nothing.
 */
export const vm: Decider<VmState, VmCommand, VmEvent, VmRejection> = {
  initial: { status: 'unknown' },
  decide: ({ type, data }, state) => {
    switch (type) {
      case 'ReportVmStart':
        return state.status === 'running'
          ? reportAgain(data, state.machine)
          : accept({ type: 'VmStarted', data });
      case 'ReportVmStop':
        if (state.status === 'unknown') return reject({ code: 'VM_NOT_FOUND' });
        return state.status === 'stopped'
          ? accept()
          : accept({ type: 'VmStopped', data: { ...state.machine, ...data } });
    }
  },
  evolve: (_, { type, data }) => {
    switch (type) {
      case 'VmStarted':
      case 'VmReimaged':
      case 'VmMoved':
        return { status: 'running', machine: machineOf(data) };
      case 'VmStopped':
        return { status: 'stopped', machine: machineOf(data) };
    }
  },
};

/** Whether the event says that a machine started from its version. */
export const isStart = ({ type }: VmEvent): boolean => type === 'VmStarted' || type === 'VmReimaged';

const reportAgain = (data: Start, known: Machine): Decision<VmEvent, VmRejection> => {
  if (!isSameImage(data, known)) {
    const from = { imageName: known.imageName, version: known.version };
    return accept({ type: 'VmReimaged', data: { ...data, from } });
  }
  if (data.host === known.host) return accept();
  const { host, by, arch = known.arch } = data;
  const ran = { ...known, ...(arch !== undefined && { arch }) };
  return accept({ type: 'VmMoved', data: { ...ran, host, fromHost: known.host, by } });
};

/** Where one of the two does not say for which architecture, it may well be the same. */
const isSameImage = (a: Machine, b: Machine): boolean =>
  a.imageName === b.imageName &&
  a.version === b.version &&
  (a.arch === undefined || b.arch === undefined || a.arch === b.arch);

const machineOf = ({ vmId, imageName, version, arch, channel, host }: Machine): Machine => ({
  ...{ vmId, imageName, version, host },
  ...(arch !== undefined && { arch }),
  ...(channel !== undefined && { channel }),
});
