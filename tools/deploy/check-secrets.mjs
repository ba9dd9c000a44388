// The Secrets of the manifests: whoever sets the farm up is told to make each of them, and what runs programs of others has none
// that a service has.
import { readFileSync } from 'node:fs';

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

/** The Secrets that a container of the pod sees: as variables, and as volumes. */
const secretsOf = ({ env = [], envFrom = [], volumeMounts = [] }, { volumes = [] }) => [
  ...env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []),
  ...envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []),
  ...volumes
    .filter(({ secret, name }) => secret && volumeMounts.some((mount) => mount.name === name))
    .map(({ secret }) => secret.secretName),
];

const isBuilder = ({ image }) => image.startsWith('gild/builder');

/** Each container of the workloads with the Secrets it sees. */
const users = (workloads) =>
  workloads.flatMap(({ metadata, spec }) => {
    const pod = spec.template.spec;
    return [...(pod.initContainers ?? []), ...pod.containers].map((container) => ({
      name: `${metadata.name}, container ${container.name}`,
      runsOthers: isBuilder(container),
      secrets: secretsOf(container, pod),
    }));
  });

/** Of everything else that reads a Secret: `secretTargetRef` of KEDA. */
const targetsOf = (objects) =>
  objects.flatMap(({ metadata, spec }) =>
    (spec?.secretTargetRef ?? []).map(({ name }) => ({
      name: metadata.name,
      runsOthers: false,
      secrets: [name],
    })),
  );

/** What is wrong with who sees which Secret; `examples`: the names in secrets.example.yaml. */
export const secretProblems = ({ objects, workloads, examples }) => {
  const seen = [...users(workloads), ...targetsOf(objects)];
  const ofServices = new Set(seen.filter(({ runsOthers }) => !runsOthers).flatMap(({ secrets }) => secrets));
  const created = createdByGuide();
  const shared = seen
    .filter(({ runsOthers }) => runsOthers)
    .flatMap(({ name, secrets }) =>
      secrets
        .filter((secret) => ofServices.has(secret))
        .map((secret) => `${name}: runs programs of others, and sees the Secret ${secret} of a service`),
    );
  const used = [...new Set(seen.flatMap(({ secrets }) => secrets))];
  return [
    ...shared,
    ...used
      .filter((name) => !examples.includes(name))
      .map((name) => `secrets.example.yaml has no Secret ${name}`),
    ...[...new Set([...used, ...examples])]
      .filter((name) => !created.has(name))
      .map((name) => `${GUIDE} makes no Secret ${name}`),
    ...examples.filter((name) => !used.includes(name)).map((name) => `nothing reads the Secret ${name}`),
  ];
};
