import { Fault } from '@gild/ports';
import { exportFault, toolFault } from './export-faults.js';

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

  it.each([
    ['qemu-img: error while writing: No space left on device', 'NO_SPACE', 'no space left for'],
    ['zstd: Write error : cannot write block : Disk quota exceeded', 'NO_SPACE', 'no space left for'],
    [
      'zstd: unsupported format\n',
      'TOOL_FAILED',
      'zstd could not convert the disk: zstd: unsupported format',
    ],
    ['', 'TOOL_FAILED', 'it printed nothing'],
  ])('of which a tool printed "%s" is %s', (printed, code, text) =>
    expect(toolFault('zstd', printed)).toMatchObject({ code, message: expect.stringContaining(text) }),
  );
});
