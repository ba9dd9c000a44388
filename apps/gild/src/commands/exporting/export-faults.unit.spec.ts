import { Fault } from '@gild/ports';
import { exportFault } from './export-faults.js';

const failing = (fields: object) => Object.assign(new Error('it failed'), fields);

describe('an export that failed', () => {
  it.each([
    ['ENOSPC', 'NO_SPACE', 'no space left for disk.qcow2'],
    ['EDQUOT', 'NO_SPACE', 'no space left for disk.qcow2'],
    ['EACCES', 'INVALID_REQUEST', 'cannot write disk.qcow2: it failed'],
    ['ECONNRESET', 'UNAVAILABLE', 'the server broke off'],
  ])('with %s is %s', (code, name, text) => {
    const fault = exportFault(failing({ code, syscall: 'write' }), 'disk.qcow2');
    expect(fault).toMatchObject({ code: name, message: expect.stringContaining(text) });
  });

  it('keeps what is a fault already, and what nobody foresaw', () => {
    const damaged = new Fault('ARTIFACT_DAMAGED', 'not the bytes');
    const defect = new TypeError('undefined is not a function');
    expect([exportFault(damaged, 'x'), exportFault(defect, 'x')]).toStrictEqual([damaged, defect]);
  });
});
