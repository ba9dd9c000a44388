import fc from 'fast-check';
import { settledDescriptor } from './vmdk-descriptor.js';

const descriptor = (cid: number, file: string): string =>
  `# Disk DescriptorFile
version=1
CID=${cid.toString(16)}
parentCID=ffffffff
createType="streamOptimized"

# Extent description
RW 4194304 SPARSE "${file}"

# The Disk Data Base
#DDB

ddb.virtualHWVersion = "4"
`;

const ids = fc.oneof(fc.nat(0xff_ff_ff_ff), fc.nat(0xf_ff_ff_ff), fc.nat(0xff));

it('is the same whatever id was drawn, a short one too, and whatever the file is called', () => {
  fc.assert(
    fc.property(ids, ids, (one, other) =>
      expect(settledDescriptor(descriptor(one, 'one.vmdk'), 'seed')).toBe(
        settledDescriptor(`${descriptor(other, 'other.vmdk')}\0\0`, 'seed'),
      ),
    ),
  );
});

it('has an id of its seed, and no other line changes', () => {
  const settled = settledDescriptor(descriptor(0xabc, 'one.vmdk'), 'seed');
  const id = /^CID=([0-9a-f]{8})$/m.exec(settled)?.[1];
  expect(settled).toBe(descriptor(0xabc, 'disk.vmdk').replace('CID=abc', `CID=${String(id)}`));
  expect(settledDescriptor(descriptor(0xabc, 'one.vmdk'), 'another')).not.toBe(settled);
});
