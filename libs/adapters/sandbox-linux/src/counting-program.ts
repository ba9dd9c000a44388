import type { ProgramArch } from '@gild/ports';

const BASE = 0x400000;
const HEADERS = 64 + 56;
const EXECUTABLE = 2;
const LOAD = 1;
const READ_AND_EXECUTE = 5;

/** Loads the number of arguments from the top of the stack, and exits with it. */
const CODE: Readonly<Record<ProgramArch, { machine: number; code: string }>> = {
  x86_64: { machine: 0x3e, code: '488b3c24 b83c000000 0f05' },
  aarch64: { machine: 0xb7, code: 'e00340f9 a80b80d2 010000d4' },
};

/** A whole program that needs no library: its exit code is the number of its arguments, its own name included. */
export const countingProgram = (arch: ProgramArch): Buffer => {
  const { machine, code } = CODE[arch];
  const instructions = Buffer.from(code.replaceAll(' ', ''), 'hex');
  const size = BigInt(HEADERS + instructions.length);
  const headers = Buffer.alloc(HEADERS);
  headers.write('\x7fELF\x02\x01\x01', 'latin1');
  for (const [at, value] of [
    [16, EXECUTABLE],
    [18, machine],
    [52, 64],
    [54, 56],
    [56, 1],
  ] as const)
    headers.writeUInt16LE(value, at);
  headers.writeUInt32LE(1, 20);
  headers.writeBigUInt64LE(BigInt(BASE + HEADERS), 24);
  headers.writeBigUInt64LE(64n, 32);
  const segment = headers.subarray(64);
  segment.writeUInt32LE(LOAD, 0);
  segment.writeUInt32LE(READ_AND_EXECUTE, 4);
  for (const at of [16, 24]) segment.writeBigUInt64LE(BigInt(BASE), at);
  for (const at of [32, 40]) segment.writeBigUInt64LE(size, at);
  segment.writeBigUInt64LE(0x1000n, 48);
  return Buffer.concat([headers, instructions]);
};
