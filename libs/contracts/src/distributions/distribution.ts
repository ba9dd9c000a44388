/** Distributions an image can be made of. */
export const DISTRIBUTIONS = ['ubuntu', 'debian', 'centos', 'fedora', 'rhel'] as const;
export type Distribution = (typeof DISTRIBUTIONS)[number];
