// The Secrets of the manifests: whoever sets the farm up is told to make each of them, and what runs programs of others has none
// that a service has.
import { readFileSync } from 'node:fs';
import { runsBuilder } from './programs.mjs';

const GUIDE = 'docs/guide/deploying.md';
const LOOP = /^for (\w+) in ([^;\n]+); do\n([\s\S]*?)^done/gm;
const CREATION = /create secret generic "?([\w-]+)"?/g;

/** The same commands without loops: their body once for each value. */
const unrolled = (commands) =>
  commands.replace(LOOP, (...[, variable, values, body]) =>
    values
      .split(' ')
      .map((value) => body.replaceAll(`$${variable}`, value))
      .join(''),
  );

/** The Secrets that the guide has somebody make. */
const createdByGuide = () =>
  new Set([...unrolled(readFileSync(GUIDE, 'utf8')).matchAll(CREATION)].map(([, name]) => name));

const ofVariables = ({ env = [], envFrom = [] }) => [
  ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
  ...envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []),
];

const ofVolume = ({ secret, projected }) => [
  ...(secret ? [secret.secretName] : []),
  ...(projected?.sources ?? []).flatMap((source) => source.secret?.name ?? []),
];

/** What a container of the pod mounts; a Secret may lie in the pod for another one. */
const mountedSecrets = ({ volumeMounts = [] }, { volumes = [] }) =>
  volumes.filter(({ name }) => volumeMounts.some((mount) => mount.name === name)).flatMap(ofVolume);

const BUILDERS = 'gild/role';

/** Each container of a workload with the Secrets it sees. In a builder's pod only what ends before the builder is no builder. */
const users = ({ metadata, spec }) => {
  const { metadata: of, spec: pod } = spec.template;
  const isLabelled = of.labels[BUILDERS] === 'builder';
  const before = (pod.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy !== 'Always');
  return [...(pod.initContainers ?? []), ...pod.containers].map((container) => {
    const mounted = mountedSecrets(container, pod);
    return {
      name: `${metadata.name}, container ${container.name}`,
      isHidden: runsBuilder(container) && !isLabelled,
      runsOthers: runsBuilder(container) || (isLabelled && !before.includes(container)),
      mounted,
      secrets: [...ofVariables(container), ...mounted],
    };
  });
};

/** Of everything else that reads a Secret: `secretTargetRef` of KEDA. */
const targetsOf = (objects) =>
  objects.flatMap(({ metadata, spec }) =>
    (spec?.secretTargetRef ?? []).map(({ name }) => ({
      name: metadata.name,
      secrets: [name],
    })),
  );

/** What is wrong with those that run programs of others: they mount no Secret, and see none of a service. */
const builderProblems = (seen) => {
  const ofServices = new Set(seen.filter(({ runsOthers }) => !runsOthers).flatMap(({ secrets }) => secrets));
  return seen
    .filter(({ runsOthers }) => runsOthers)
    .flatMap(({ name, isHidden, mounted, secrets }) => [
      ...(isHidden ? [`${name}: runs the builder in a pod without the label ${BUILDERS}: builder`] : []),
      ...mounted.map((secret) => `${name}: runs programs of others, and mounts the Secret ${secret}`),
      ...secrets
        .filter((secret) => ofServices.has(secret))
        .map((secret) => `${name}: runs programs of others, and sees the Secret ${secret} of a service`),
    ]);
};

/** What is wrong with who sees which Secret; `examples`: the names in secrets.example.yaml. */
export const secretProblems = ({ objects, workloads, examples }) => {
  const seen = [...workloads.flatMap(users), ...targetsOf(objects)];
  const created = createdByGuide();
  const used = [...new Set(seen.flatMap(({ secrets }) => secrets))];
  return [
    ...builderProblems(seen),
    ...used
      .filter((name) => !examples.includes(name))
      .map((name) => `secrets.example.yaml has no Secret ${name}`),
    ...[...new Set([...used, ...examples])]
      .filter((name) => !created.has(name))
      .map((name) => `${GUIDE} makes no Secret ${name}`),
    ...examples.filter((name) => !used.includes(name)).map((name) => `nothing reads the Secret ${name}`),
  ];
};
