/** Bytes in a GiB; the definition's `_gb` fields count in it, as disks of virtual machines do. */
export const GIB = 1024 ** 3;
