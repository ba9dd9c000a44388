// The compose files: every container locked in and limited, every name known, and no way from a builder to the events.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { runsBuilder, serviceOf } from './programs.mjs';
import {
  environmentProblems,
  identityProblems,
  imageProblems,
  joinProblems,
  missingSettings,
  plaintextProblems,
  signingKeyProblems,
} from './settings.mjs';

const read = (file) => parse(readFileSync(file, 'utf8'), { merge: true });

const resolved = (service, file) => {
  if (service.extends === undefined) return service;
  const { file: from = file, service: name } =
    typeof service.extends === 'string' ? { service: service.extends } : service.extends;
  const base = resolved(read(from).services[name], from);
  return { ...base, ...service, environment: { ...base.environment, ...service.environment } };
};

const LOCKS = [
  ['has no cap_drop: [ALL]', (s) => s.cap_drop?.[0] === 'ALL'],
  ['has no restart policy', (s) => s.restart !== undefined],
  ['has no mem_limit', (s) => s.mem_limit !== undefined],
  ['has no cpus', (s) => s.cpus !== undefined],
  ['has no pids_limit', (s) => s.pids_limit !== undefined],
  ['is privileged', (s) => !s.privileged],
  [
    'has neither no-new-privileges nor a seccomp profile of its own',
    (s) =>
      s.security_opt?.some((option) => /^(no-new-privileges:true|seccomp=deploy\/docker\/)/.test(option)),
  ],
];

/** KurrentDB writes beside its data; everything else runs on a file system it cannot change. */
const WRITES_ITS_ROOT = ['kurrentdb'];

const lockProblems = (name, service) => [
  ...LOCKS.filter(([, holds]) => !holds(service)).map(([problem]) => problem),
  ...(service.read_only || WRITES_ITS_ROOT.includes(name) ? [] : ['has no read_only root file system']),
];

const namesOf = (list) => (Array.isArray(list) ? list : Object.keys(list ?? {}));

const referenceProblems = (service, { services, networks, volumes }) => [
  ...namesOf(service.depends_on)
    .filter((name) => !(name in services))
    .map((name) => `depends on ${name}, which is no service`),
  ...namesOf(service.networks)
    .filter((name) => !(name in networks))
    .map((name) => `is on the network ${name}, which is none`),
  ...(service.volumes ?? [])
    .map((volume) => volume.split(':')[0])
    .filter((name) => !/^[./]/.test(name) && !(name in volumes))
    .map((name) => `mounts ${name}, which is no volume`),
];

/** Where volumes of keys are mounted, read-only. */
const keyFolders = ({ volumes = [] }) =>
  volumes
    .map((volume) => volume.split(':'))
    .filter(([source, , mode]) => source.endsWith('-keys') && mode === 'ro')
    .map(([, folder]) => folder);

const serviceProblems = (name, service, whole) => {
  const args = [service.command ?? []].flat();
  const program = serviceOf(args);
  return [
    ...lockProblems(name, service),
    ...imageProblems(service.image),
    ...referenceProblems(service, whole),
    ...joinProblems(args, service.environment ?? {}),
    ...(program === undefined
      ? []
      : [
          ...environmentProblems(program, service.environment),
          ...missingSettings(program, service.environment),
          ...plaintextProblems(program, service.environment),
          ...identityProblems(program, service.environment),
          ...signingKeyProblems(program, service.environment, keyFolders(service)),
        ]),
  ];
};

const reachProblems = (services) => {
  const events = namesOf(services.kurrentdb?.networks);
  return Object.entries(services)
    .filter(([, service]) => runsBuilder(service))
    .filter(([, service]) => namesOf(service.networks).some((name) => events.includes(name)))
    .map(([name]) => `${name}: shares a network with kurrentdb`);
};

/** Each service sees its own keys, those that run programs of others see none, and only `init` sees and changes all. */
const keyProblems = (services) => {
  const users = Object.entries(services)
    .filter(([name]) => name !== 'init')
    .flatMap(([name, service]) =>
      (service.volumes ?? []).map((volume) => ({
        name,
        runsOthers: runsBuilder(service),
        source: volume.split(':')[0],
        isRead: volume.endsWith(':ro'),
      })),
    )
    .filter(({ source }) => source === 'vault' || source.endsWith('-keys'));
  return users.flatMap(({ name, runsOthers, source, isRead }) => [
    ...(isRead ? [] : [`${name}: can change ${source}`]),
    ...(source === 'vault' ? [`${name}: sees the vault`] : []),
    ...(runsOthers ? [`${name}: runs programs of others, and sees ${source}`] : []),
    ...(OF_SEVERAL.includes(source) || source === `${name}-keys` ? [] : [`${name}: sees ${source}`]),
  ]);
};

const OF_SEVERAL = ['object-keys', 'join-keys'];

/** A cache manager reads disks, and changes nothing but its cache; it holds no keys of the objects. */
const cacheProblems = (services) =>
  Object.entries(services)
    .filter(([, { command }]) => serviceOf([command ?? []].flat()) === 'cache-manager')
    .flatMap(([name, { volumes = [], environment }]) => [
      ...volumes
        .filter((volume) => !volume.startsWith('cache:') && !volume.endsWith(':ro'))
        .map((volume) => `${name}: can change ${volume.split(':')[0]}`),
      ...(volumes.some((volume) => volume === `cache:${environment.GILD_STATE}`)
        ? []
        : [`${name}: keeps no volume at ${environment.GILD_STATE}`]),
      ...(volumes.some((volume) => volume.startsWith('object-keys:')) ? [`${name}: sees object-keys`] : []),
    ]);

/** What is wrong with the compose file. */
export const composeProblems = (file) => {
  const whole = read(file);
  const services = Object.fromEntries(
    Object.entries(whole.services).map(([name, service]) => [name, resolved(service, file)]),
  );
  for (const service of Object.values(services))
    if (runsBuilder(service)) service.command ??= ['apps/builder/dist/main.js'];
  return [
    ...Object.entries(services).flatMap(([name, service]) =>
      serviceProblems(name, service, { ...whole, services }).map((problem) => `${name}: ${problem}`),
    ),
    ...reachProblems(services),
    ...keyProblems(services),
    ...cacheProblems(services),
  ].map((problem) => `${file}: ${problem}`);
};
