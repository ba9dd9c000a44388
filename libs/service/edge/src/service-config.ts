import { z } from 'zod';

const DIRECTORY = /^directory:\/./;
const EVENTS = /^(sqlite:\/.|(kurrentdb|esdb)(\+discover)?:\/\/.)/;

/** How a process reaches NATS; every service and builder has these. */
export const natsSettings = {
  GILD_NATS_URL: z.string().min(1).default('nats://127.0.0.1:4222'),
  /** Path of a `.creds` file. */
  GILD_NATS_CREDS: z.string().min(1).optional(),
  /** Path of the PEM of the authority that signs the server's certificate. */
  GILD_NATS_CA: z.string().min(1).optional(),
  GILD_NATS_PLAINTEXT: z.enum(['refused', 'allowed']).default('refused'),
};

/** Settings that services share; each service picks those it needs. */
export const settings = {
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
    return env[name] === undefined ? `${name} is not set` : `${name}: ${issue.message}`;
  });
