/** Options that mean the same on every command. */
export const JSON_FLAG = ['--json', 'print one JSON document'] as const;
export const AT = ['--at <moment>', 'as it was at a time (ISO 8601) or position of the log'] as const;
export const ARCH = [
  '--arch <arch>',
  'architecture, when the version has images for several: x86_64 or aarch64',
] as const;

/** The end of a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;

export const REASON = ['--reason <text>', 'why, for the record'] as const;

/** Of commands that work with the cache of this host. */
export const CACHE_HOST = [
  '--host <name>',
  "name of this host on record; default: GILD_CACHE_HOST, else the host's name",
] as const;
