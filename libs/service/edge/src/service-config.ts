import { z } from 'zod';

const DIRECTORY = /^directory:\/./;
const EVENTS = /^(sqlite:\/.|(kurrentdb|esdb)(\+discover)?:\/\/.)/;

/** Settings that services share; each service picks those it needs. */
export const settings = {
  nats: z.string().min(1).default('nats://127.0.0.1:4222'),
  events: z.string().regex(EVENTS, 'expected sqlite:/path/of/events.db or kurrentdb://host:2113?tls=true'),
  objects: z.string().regex(DIRECTORY, 'expected directory:/path/of/objects'),
  /** `off`: no images of other architectures, though the host could emulate them. */
  emulation: z.enum(['on', 'off']).default('on'),
  log: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
};

/** The settings, or every problem of them at once: on stderr, with exit code 2. */
export const configOrExit = <S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): z.output<S> => {
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  process.stderr.write(`${configProblems(result.error, env).join('\n')}\n`);
  process.exit(2);
};

/** One line per problem; values stay out, because a setting may be a secret. */
export const configProblems = (error: z.ZodError, env: NodeJS.ProcessEnv): string[] =>
  error.issues.map((issue) => {
    const name = String(issue.path[0]);
    if (env[name] !== undefined) return `${name}: ${issue.message}`;
    return issue.code === 'custom' ? `${name} is not set: ${issue.message}` : `${name} is not set`;
  });
