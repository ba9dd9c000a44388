/** What the Red Hat family's installers are told beyond what holds for every family: the layer itself places its kernel. */
export const RPM_SURROUNDINGS: Readonly<Record<string, string>> = { KERNEL_INSTALL_BYPASS: '1' };
