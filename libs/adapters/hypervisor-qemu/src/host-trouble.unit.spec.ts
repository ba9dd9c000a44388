import { lowSpaceFault, machineFault, unpackFault } from './host-trouble.js';

const DISK = 'qemu-system-x86_64: -drive id=disk,if=none: Image is not in qcow2 format';

describe('a machine that ended by itself', () => {
  it.each([
    ['exit code 1', 'cannot set up guest memory', true, 'NO_MEMORY', true],
    ['signal SIGKILL', '', true, 'MACHINE_KILLED', true],
    ['exit code 1', DISK, false, 'DISK_UNREADABLE', false],
    ['exit code 1', 'failed to initialize kvm: No such device', false, 'TOOL_FAILED', false],
    ['signal SIGSYS', '', false, 'TOOL_FAILED', false],
  ])('with %s, saying "%s", is trouble of the host', (...[exit, complaints, hasSpoken, code, retryable]) =>
    expect(machineFault({ exit, complaints }, hasSpoken)).toMatchObject({ code, retryable }),
  );
  it.each([
    ['exit code 0', false],
    ['exit code 0', true],
    ['signal SIGABRT', true],
    ['exit code 1', true],
  ])('with %s, having shown something: %s, is the doing of its image', (exit, hasSpoken) =>
    expect(machineFault({ exit, complaints: '' }, hasSpoken)).toBeUndefined(),
  );
});

it('takes a full disk of the host for the reason of a machine that stands still', () => {
  expect(lowSpaceFault('/work', 1_000_000)).toMatchObject({ code: 'NO_SPACE', retryable: true });
  expect(lowSpaceFault('/work', 1e9)).toBeUndefined();
});

it('tells a disk that cannot be unpacked from a host that has no room for it', () => {
  const full = 'zstd: error 93 : Write error : cannot write block : No space left on device';
  expect(unpackFault('/a.raw.zst', '/work', full)).toMatchObject({ code: 'NO_SPACE', retryable: true });
  expect(unpackFault('/a.raw.zst', '/work', '/a.raw.zst : premature end')).toMatchObject({
    code: 'DISK_UNREADABLE',
    message: '/a.raw.zst could not be unpacked: /a.raw.zst : premature end.',
    retryable: false,
  });
});
