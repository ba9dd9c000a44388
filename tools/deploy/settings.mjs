// The settings that each service really reads, from the schemas it checks them with.
import { join, resolve } from 'node:path';

const SERVICES = {
  registry: 'RegistryConfig',
  scheduler: 'SchedulerConfig',
  gateway: 'GatewayConfig',
  builder: 'BuilderConfig',
  'cache-manager': 'CacheManagerConfig',
};

const { OperationsConfig } = await import(resolve('libs/service/edge/dist/index.js'));

const entries = await Promise.all(
  Object.entries(SERVICES).map(async ([service, schema]) => {
    const module = await import(resolve(join('apps', service, 'dist/config.js')));
    return [service, { ...module[schema].shape, ...OperationsConfig.shape }];
  }),
);

/** Service → name of a setting → its schema. */
export const settings = Object.fromEntries(entries);

const isOther = (name) => !name.startsWith('GILD_');

/** What is wrong with the environment of a service; `env` has undefined for values that only the cluster knows. */
export const environmentProblems = (service, env) => {
  const known = settings[service];
  if (known === undefined) return [`runs apps/${service}, which is no service`];
  return Object.entries(env).flatMap(([name, value]) => {
    if (isOther(name)) return [];
    if (known[name] === undefined) return [`sets ${name}, which the ${service} does not read`];
    if (value === undefined || /\$\{/.test(value)) return [];
    const { success, error } = known[name].safeParse(value);
    return success ? [] : [`${name}: ${error.issues[0].message}, found "${value}"`];
  });
};

const PLAIN = [
  ['GILD_NATS_URL', /^nats:/, 'GILD_NATS_PLAINTEXT'],
  ['GILD_OBJECTS', /^s3:http:/, 'GILD_S3_PLAINTEXT'],
];

/** What a service refuses to reach without TLS, where it knows to refuse it. */
export const plaintextProblems = (service, env) =>
  PLAIN.filter(([name, plain]) => plain.test(env[name] ?? ''))
    .filter(([, , allowed]) => settings[service]?.[allowed] && env[allowed] !== 'allowed')
    .map(([name, , allowed]) => `${name} is without TLS, and ${allowed} is not set to allowed`);

/** A join that would warn of its way at every start, which whoever wrote the file knows. */
export const joinProblems = (args, { GILD_URL = '', GILD_URL_PLAINTEXT }) =>
  args.includes('deploy/docker/join.mjs') && GILD_URL.startsWith('http:') && GILD_URL_PLAINTEXT !== 'allowed'
    ? ['joins without TLS, and GILD_URL_PLAINTEXT is not set to allowed']
    : [];

/** The signing key of a registry is a file of a mounted secret: `secrets` are the folders that hold one, read-only. */
export const signingKeyProblems = (service, env, secrets) => {
  if (service !== 'registry') return [];
  const path = env.GILD_SIGNING_KEY;
  if (!path) return ['does not set GILD_SIGNING_KEY: nothing of the history would be signed'];
  return secrets.some((folder) => path.startsWith(`${folder}/`))
    ? []
    : [`GILD_SIGNING_KEY: expected a file of a secret that is mounted read-only, found ${path}`];
};

const MEMBERS = ['registry', 'scheduler', 'gateway', 'cache-manager'];

/** Whom NATS would not know, or who would speak to it so that others hear it; builders find in their folder who they are. */
export const identityProblems = (service, env) => {
  if (env.GILD_NATS_PLAINTEXT === 'allowed') return ['speaks to NATS without TLS'];
  if (!MEMBERS.includes(service)) return env.GILD_NATS_CREDS ? [`is a ${service}, and does not join`] : [];
  const wanted = [
    'GILD_NATS_CA',
    'GILD_NATS_CREDS',
    ...(service === 'scheduler' ? ['GILD_NATS_SIGNING_KEY'] : []),
  ];
  return [
    ...wanted.filter((name) => !env[name]).map((name) => `does not set ${name}: NATS would not know it`),
    ...(env.GILD_NATS_URL?.startsWith('tls://') ? [] : ['GILD_NATS_URL is not tls://']),
  ];
};

/** What the service cannot start without, and is not told. */
export const missingSettings = (service, env) =>
  Object.entries(settings[service] ?? {})
    .filter(([name]) => !(name in env) && !(`${name}_FILE` in env))
    .filter(([, schema]) => !schema.safeParse(undefined).success)
    .map(([name]) => `does not set ${name}, which the ${service} needs`);

const PINNED = /^[^$\s]+:[^:@\s]+@sha256:[0-9a-f]{64}$/;

/** Own images go by the release; those of others are pinned to their bytes. */
export const imageProblems = (image) => {
  const name = image.replace(/^\$\{[A-Z_]+:-(.*)\}$/, '$1');
  return name.startsWith('gild/') || PINNED.test(name) ? [] : [`image ${name} is not pinned to a digest`];
};
