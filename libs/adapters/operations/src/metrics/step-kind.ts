const KINDS: ReadonlySet<string> = new Set([
  'base_image',
  'prepare_base',
  'update_packages',
  'install_dependencies',
  'apply_config',
  'apply_optimizations',
  'apply_security_hardening',
  'cleanup',
  'disk',
  'boot_test',
  'checksums',
  'verify',
  'upload',
]);

/** What a step is called in a label: every taskserv is `taskserv`, and what this release does not know is `other`. */
export const stepKind = (step: string): string => {
  if (step.startsWith('taskserv:')) return 'taskserv';
  return KINDS.has(step) ? step : 'other';
};
