const MARKER = 'processor:';
const REGISTERS = 4;

/**
 * A small disk whose boot code asks the processor it runs on what it can do, and writes the answer to the first serial port: the
 * registers in which CPUID tells what the levels of x86_64 are made of.
 */
export const processorDisk = (): Buffer => {
  const code = [
    0xfa, // cli: SeaBIOS writes the rest of what it says on a tick, and that into the middle of the answer
    ...[0xfc, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0], // cld; ds = es = 0
    ...[0xbf, 0x80 + MARKER.length, 0x7c], // di = behind the marker
    ...[0x66, 0xb8, 0x01, 0, 0, 0, 0x0f, 0xa2], // cpuid of 1
    ...[0x66, 0x89, 0xc8, 0x66, 0xab], // keep ecx
    ...[0x66, 0xb8, 0x07, 0, 0, 0, 0x66, 0x31, 0xc9, 0x0f, 0xa2], // cpuid of 7, 0
    ...[0x66, 0x89, 0xd8, 0x66, 0xab], // keep ebx
    ...[0x66, 0xb8, 0x01, 0, 0, 0x80, 0x0f, 0xa2], // cpuid of 80000001h
    ...[0x66, 0x89, 0xc8, 0x66, 0xab], // keep ecx
    ...[0x66, 0xb8, 0x0d, 0, 0, 0, 0x66, 0xb9, 1, 0, 0, 0, 0x0f, 0xa2, 0x66, 0xab], // cpuid of 0dh, 1; keep eax
    ...[0xbe, 0x80, 0x7c, 0xb9, MARKER.length + 4 * REGISTERS, 0], // si = marker; cx = bytes to send
    ...[0xac, 0x88, 0xc4, 0xba, 0xfd, 0x03], // next: ah = *si++; dx = line status
    ...[0xec, 0xa8, 0x20, 0x74, 0xfb], // wait until the port takes a byte
    ...[0x88, 0xe0, 0xba, 0xf8, 0x03, 0xee, 0xe2, 0xed], // send it; go to next
    ...[0xeb, 0xfe], // stay here
  ];
  const disk = Buffer.alloc(1024 * 1024); // the BIOS refuses to read from a disk smaller than its geometry
  Buffer.from(code).copy(disk);
  disk.write(MARKER, 0x80, 'latin1');
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
};

/** In which of the told registers, and in which bit, each is. */
const FEATURES: Readonly<Record<string, readonly [register: number, bit: number]>> = {
  sse3: [0, 0],
  ssse3: [0, 9],
  cx16: [0, 13],
  'sse4.1': [0, 19],
  'sse4.2': [0, 20],
  popcnt: [0, 23],
  lahf: [2, 0],
  fma: [0, 12],
  movbe: [0, 22],
  xsave: [0, 26],
  avx: [0, 28],
  f16c: [0, 29],
  bmi1: [1, 3],
  avx2: [1, 5],
  bmi2: [1, 8],
  lzcnt: [2, 5],
  xsaveopt: [3, 0],
};

/** Which features of levels 2 and 3, and of what Linux wants with them, a console has told of; undefined until it has told all. */
export const toldFeatures = (console: Buffer): string[] | undefined => {
  const at = console.indexOf(MARKER) + MARKER.length;
  if (at < MARKER.length || console.length < at + 4 * REGISTERS) return undefined;
  return Object.entries(FEATURES).flatMap(([name, [register, bit]]) =>
    (console.readUInt32LE(at + 4 * register) >>> bit) & 1 ? [name] : [],
  );
};
