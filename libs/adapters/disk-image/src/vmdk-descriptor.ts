import { seededWord } from './seeded-ids.js';

/**
 * The text descriptor of a VMDK (Virtual Disk Format 5.0, "The Descriptor File") without what differs from run to run: the content
 * id, which qemu-img draws at random and prints without leading zeros, is one of the seed; the extent bears no name of a file that
 * will be renamed. Ends where its padding begins.
 */
export const settledDescriptor = (text: string, seed: string): string =>
  text
    .replace(/^CID=[0-9a-f]{1,8}$/m, `CID=${seededWord(seed, 'vmdk')}`)
    .replace(/^(RW \d+ SPARSE) ".*"$/m, '$1 "disk.vmdk"')
    .replace(/\0+$/, '');
