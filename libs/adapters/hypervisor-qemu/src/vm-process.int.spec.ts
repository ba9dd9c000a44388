import { existsSync } from 'node:fs';
import { CONTROL_FD } from './vm-arguments.js';
import { startVm } from './vm-process.js';

const QEMU = 'qemu-system-x86_64';
// A machine of nothing: QEMU has its control before anything would start.
const NOTHING = [
  ...[QEMU, '-M', 'none', '-display', 'none', '-nodefaults'],
  ...['-chardev', `socket,id=control,fd=${CONTROL_FD}`, '-mon', 'chardev=control,mode=control'],
];
const hasQemu = existsSync(`/usr/bin/${QEMU}`);

describe('a machine that runs for as long as its program does', () => {
  (hasQemu ? it : it.skip)('ends when its power is cut', async () => {
    const vm = startVm(NOTHING);
    vm.cutPower();
    await expect(vm.ended).resolves.toBeUndefined();
  });

  (hasQemu ? it : it.skip)('says why it could not start', async () => {
    await expect(startVm([...NOTHING, '-unheard-of']).ended).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringMatching(
        /^qemu-system-x86_64 ended with exit code 1: .*-unheard-of: invalid option/,
      ),
    });
  });

  it('says so where there is no QEMU', async () => {
    await expect(startVm(['qemu-of-nobody']).ended).rejects.toMatchObject({ code: 'TOOL_MISSING' });
  });
});
