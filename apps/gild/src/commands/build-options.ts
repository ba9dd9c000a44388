import { BuildOptions } from '@gild/contracts';
import { Fault } from '@gild/ports';

/** Flags of every command that says how to build. */
export type BuildFlags = {
  arch?: string;
  bump?: string;
  version?: string;
  cache?: boolean;
  bootTest?: boolean;
  priority?: string;
};

/** The options of a request. Fault: INVALID_REQUEST, naming the flag and what it may be. */
export const buildOptions = (flags: BuildFlags): BuildOptions => {
  const given = {
    arch: flags.arch,
    bump: flags.bump,
    version: flags.version,
    useCache: flags.cache ?? true,
    bootTest: flags.bootTest ?? true,
    priority: Number(flags.priority ?? 0),
  };
  const parsed = BuildOptions.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `--${issue.path.join('.')}: ${issue.message}`);
  throw new Fault('INVALID_REQUEST', problems.join('; '));
};
