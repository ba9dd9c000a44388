// The manifests for Kubernetes: what each workload must have, and that every name in them is one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { secretProblems } from './check-secrets.mjs';
import { serviceOf } from './programs.mjs';
import {
  environmentProblems,
  identityProblems,
  imageProblems,
  joinProblems,
  missingSettings,
  plaintextProblems,
  signingKeyProblems,
} from './settings.mjs';

const objectsIn = (file) =>
  parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0].message}`);
    return document.toJS();
  });

const WORKLOADS = ['Deployment', 'StatefulSet', 'DaemonSet'];

const podProblems = (pod, kept) => {
  const { securityContext = {}, serviceAccountName } = pod;
  return [
    ...(securityContext.runAsNonRoot ? [] : ['may run as root']),
    ...(securityContext.seccompProfile ? [] : ['has no seccompProfile']),
    ...(pod.automountServiceAccountToken === false ? [] : ["is given its account's token"]),
    ...(kept.has('ServiceAccount', serviceAccountName)
      ? []
      : [`has no ServiceAccount ${serviceAccountName}`]),
    ...(pod.terminationGracePeriodSeconds > 0 ? [] : ['has no terminationGracePeriodSeconds']),
  ];
};

const PROBES = [
  ['has no startupProbe', (c) => c.startupProbe],
  ['has no livenessProbe', (c) => c.livenessProbe],
  ['has no readinessProbe', (c) => c.readinessProbe],
];

const CONTAINER = [
  ['has no limits of cpu and memory', (c) => c.resources?.limits?.cpu && c.resources.limits.memory],
  ['has no requests of cpu and memory', (c) => c.resources?.requests?.cpu && c.resources.requests.memory],
  ['does not drop all capabilities', (c) => c.securityContext?.capabilities?.drop?.includes('ALL')],
  [
    'can write its root file system',
    (c) => c.securityContext?.readOnlyRootFilesystem || c.name === 'kurrentdb',
  ],
  ['is privileged', (c) => !c.securityContext?.privileged],
];

const portProblems = ({ ports = [], startupProbe, livenessProbe, readinessProbe }) =>
  [startupProbe, livenessProbe, readinessProbe]
    .filter((probe) => probe?.httpGet)
    .map((probe) => probe.httpGet.port)
    .filter((port) => !ports.some(({ name, containerPort }) => port === name || port === containerPort))
    .map((port) => `is probed at the port ${port}, which it does not have`);

const sourceProblems = ({ name, valueFrom }, kept) => {
  const { configMapKeyRef: config, secretKeyRef: secret } = valueFrom ?? {};
  return [
    ...(config && !kept.hasKey('ConfigMap', config)
      ? [`${name}: no key ${config.key} in ${config.name}`]
      : []),
    ...(secret && !kept.hasKey('Secret', secret) ? [`${name}: no key ${secret.key} in ${secret.name}`] : []),
  ];
};

const valueOf = ({ value, valueFrom }, kept) =>
  value ?? (valueFrom?.configMapKeyRef && kept.value('ConfigMap', valueFrom.configMapKeyRef));

const secretFolders = ({ volumeMounts = [] }, secrets) =>
  volumeMounts
    .filter(({ name, readOnly }) => readOnly && secrets.includes(name))
    .map(({ mountPath }) => mountPath);

const containerProblems = (container, { isInit, volumes, secrets }, kept) => {
  const { args = [], command = [], env = [], volumeMounts = [] } = container;
  const service = serviceOf([...command, ...args]);
  const values = Object.fromEntries(env.map((entry) => [entry.name, valueOf(entry, kept)]));
  return [
    ...CONTAINER.filter(([, holds]) => !holds(container)).map(([problem]) => problem),
    ...(isInit ? [] : PROBES.filter(([, holds]) => !holds(container)).map(([problem]) => problem)),
    ...portProblems(container),
    ...imageProblems(container.image),
    ...joinProblems(args, values),
    ...env.flatMap((entry) => sourceProblems(entry, kept)),
    ...(service
      ? [
          ...environmentProblems(service, values),
          ...missingSettings(service, values),
          ...plaintextProblems(service, values),
          ...identityProblems(service, values),
          ...signingKeyProblems(service, values, secretFolders(container, secrets)),
        ]
      : []),
    ...volumeMounts
      .filter(({ name }) => !volumes.includes(name))
      .map(({ name }) => `mounts no volume ${name}`),
  ];
};

const workloadProblems = (workload, kept) => {
  const { spec } = workload;
  const pod = spec.template.spec;
  const labels = spec.template.metadata.labels;
  const volumes = [
    ...(pod.volumes ?? []),
    ...(spec.volumeClaimTemplates ?? []).map((claim) => claim.metadata),
  ];
  return [
    ...(matches(spec.selector.matchLabels, labels) ? [] : ['selects other pods than its own']),
    ...podProblems(pod, kept),
    ...nodeFolderProblems(workload),
    ...[...(pod.initContainers ?? []), ...pod.containers].flatMap((container) =>
      containerProblems(
        container,
        {
          isInit: pod.initContainers?.includes(container) ?? false,
          volumes: volumes.map(({ name }) => name),
          secrets: volumes.filter(({ secret }) => secret).map(({ name }) => name),
        },
        kept,
      ).map((problem) => `container ${container.name} ${problem}`),
    ),
  ];
};

/** A folder of the node is for what keeps the node's cache, and for nothing else; it has to be there, and is never the node's own files. */
const nodeFolderProblems = ({ kind, spec }) => {
  const folders = (spec.template.spec.volumes ?? []).filter(({ hostPath }) => hostPath);
  const keepsCache = spec.template.spec.containers.some(
    ({ args = [] }) => serviceOf(args) === 'cache-manager',
  );
  return [
    ...(keepsCache && folders.length !== 1
      ? ['keeps the cache of a node, and has not one folder of it']
      : []),
    ...(keepsCache && kind !== 'DaemonSet' ? ['keeps the cache of a node, and is no DaemonSet'] : []),
    ...folders.flatMap(({ name, hostPath: { path, type } }) => [
      ...(keepsCache ? [] : [`sees the folder ${path} of its node`]),
      ...(path.startsWith('/var/lib/gild/') ? [] : [`volume ${name}: ${path} is no folder of Gild`]),
      ...(type === 'Directory'
        ? []
        : [`volume ${name}: ${path} is made where it is missing, for root alone`]),
    ]),
  ];
};

const matches = (selector, labels) =>
  Object.entries(selector ?? {}).every(([name, value]) => labels[name] === value);

/** Selectors of everything else have to find pods. */
const selectorOf = ({ kind, spec }) =>
  ({
    Service: spec?.selector,
    PodDisruptionBudget: spec?.selector?.matchLabels,
    NetworkPolicy: spec?.podSelector?.matchLabels,
  })[kind];

const otherProblems = (object, pods, kept) => {
  const selector = selectorOf(object);
  const target = object.spec?.scaleTargetRef;
  return [
    ...(selector && !pods.some((labels) => matches(selector, labels)) ? ['selects no pod'] : []),
    ...(target && !kept.has(target.kind, target.name)
      ? [`scales ${target.kind} ${target.name}, which is none`]
      : []),
  ];
};

const index = (objects) => {
  const find = (kind, name) => objects.find((each) => each.kind === kind && each.metadata.name === name);
  const value = (kind, { name, key }) => (find(kind, name)?.data ?? find(kind, name)?.stringData)?.[key];
  return {
    has: (kind, name) => find(kind, name) !== undefined,
    hasKey: (kind, ref) => value(kind, ref) !== undefined,
    value,
  };
};

/** What is wrong with the manifests that the kustomization of the folder names. */
export const manifestProblems = (folder) => {
  const { resources } = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8'));
  const objects = resources.flatMap((file) => objectsIn(join(folder, file)));
  const secrets = objectsIn(join(folder, 'secrets.example.yaml'));
  const kept = index([...objects, ...secrets]);
  const workloads = objects.filter(({ kind }) => WORKLOADS.includes(kind));
  const pods = workloads.map(({ spec }) => spec.template.metadata.labels);
  const examples = secrets.map(({ metadata }) => metadata.name);
  const ofSecrets = secretProblems({ objects, workloads, examples }).map(
    (problem) => `${folder}: ${problem}`,
  );
  const ofObjects = objects.flatMap((object) => {
    const found = WORKLOADS.includes(object.kind)
      ? workloadProblems(object, kept)
      : otherProblems(object, pods, kept);
    return found.map((problem) => `${folder}: ${object.kind} ${object.metadata?.name}: ${problem}`);
  });
  return [...ofObjects, ...ofSecrets];
};
