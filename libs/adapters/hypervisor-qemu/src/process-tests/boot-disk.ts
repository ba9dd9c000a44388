/**
 * A small disk whose boot code writes the text to the first serial port, then stands still or begins again. It starts in a
 * fraction of a second and so stands for every image of which only the console matters.
 */
export const bootDisk = (text: string, then: 'stop' | 'again'): Buffer => {
  const code = [
    ...[0xfc, 0x31, 0xc0, 0x8e, 0xd8], // cld; ds = 0
    // sti; hlt for four ticks: with them SeaBIOS writes the rest of what it says to the port itself.
    ...[0xfb, 0xf4, 0xf4, 0xf4, 0xf4],
    ...[0xbe, 0x28, 0x7c], // begin: si = text
    ...[0xac, 0x84, 0xc0, 0x74, 0x12], // next: al = *si++; if al is 0 go to end
    ...[0x88, 0xc4, 0xba, 0xfd, 0x03], // ah = al; dx = line status
    ...[0xec, 0xa8, 0x20, 0x74, 0xfb], // wait until the port takes a byte
    ...[0x88, 0xe0, 0xba, 0xf8, 0x03, 0xee, 0xeb, 0xe9], // send it; go to next
    ...(then === 'stop' ? [0xeb, 0xfe] : [0xeb, 0xe4]), // end: stay here, or go to begin
  ];
  const sector = Buffer.alloc(1024 * 1024); // the BIOS refuses to read from a disk smaller than its geometry
  Buffer.from(code).copy(sector);
  sector.write(text, 40, 'latin1');
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
};
