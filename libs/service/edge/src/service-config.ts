import { z } from 'zod';

const OBJECTS = /^(directory:\/.|s3:https?:\/\/.)/;
const AGENT_OBJECTS = new RegExp(`^farm$|${OBJECTS.source}`);
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
  objects: z.string().regex(OBJECTS, 'expected directory:/path/of/objects or s3:https://host:9000/bucket'),
  /** Of agents: `farm` also, where the registry grants them each request. */
  agentObjects: z
    .string()
    .regex(AGENT_OBJECTS, 'expected farm, directory:/path/of/objects or s3:https://host:9000/bucket'),
  /** `off`: no images of other architectures, though the host could emulate them. */
  emulation: z.enum(['on', 'off']).default('on'),
  log: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
};

/** What a service has to know of an S3 server beside its place; all of it unused where objects lie in a folder. */
export const s3Settings = {
  GILD_S3_REGION: z.string().min(1).default('us-east-1'),
  GILD_S3_ACCESS_KEY: z.string().min(1).optional(),
  GILD_S3_ACCESS_KEY_FILE: z.string().startsWith('/', 'expected the absolute path of a file').optional(),
  GILD_S3_SECRET_KEY: z.string().min(1).optional(),
  GILD_S3_SECRET_KEY_FILE: z.string().startsWith('/', 'expected the absolute path of a file').optional(),
  GILD_S3_CA: z.string().startsWith('/', 'expected the absolute path of a PEM file').optional(),
  GILD_S3_PLAINTEXT: z.enum(['allowed', 'refused']).default('refused'),
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

/** What it makes of its settings; one that is wrong goes to stderr, with exit code 2. */
export const orExit = <T>(made: Promise<T>): Promise<T> =>
  made.catch((fault: Error) => {
    process.stderr.write(`${fault.message}\n`);
    process.exit(2);
  });
