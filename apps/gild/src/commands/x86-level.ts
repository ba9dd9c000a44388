/** Of the machines that images are booted in here: programs of every release run on this level, and emulating it takes no longer. */
export const X86_LEVEL = 3;
