import { join } from 'node:path';

type Secrets = { objects: object[]; workloads: object[]; examples: string[] };
const program = join(import.meta.dirname, '..', '..', 'tools', 'deploy', 'check-secrets.mjs');
const { secretProblems } = (await import(program)) as { secretProblems: (secrets: Secrets) => string[] };

const variable = (name: string) => ({
  env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name, key: 'token' } } }],
});
const MOUNTED = { volumeMounts: [{ name: 'files', mountPath: '/run/files' }] };
const volumesOf = (volume: object) => ({ volumes: [{ name: 'files', ...volume }] });
const API_FILES = volumesOf({ secret: { secretName: 'gild-api' } });
const PROJECTED = volumesOf({
  projected: { sources: [{ configMap: { name: 'gild' } }, { secret: { name: 'gild-api' } }] },
});

const workload = (name: string, labels: object, pod: object) => ({
  metadata: { name },
  spec: { template: { metadata: { labels }, spec: pod } },
});
const gateway = workload(
  'gateway',
  {},
  {
    containers: [{ name: 'gateway', image: 'gild/control:1', ...variable('gild-api') }],
  },
);
const ROLE = { 'gild/role': 'builder' };
const IMAGE = { name: 'builder', image: 'gild/builder:1' };

/** What is wrong when this pod is beside a gateway that has the Secret gild-api. */
const beside = (labels: object, pod: object): string[] => {
  const workloads = [gateway, workload('agents', labels, { containers: [], ...pod })];
  return secretProblems({ objects: workloads, workloads, examples: ['gild-api'] });
};
const withBuilder = (container: object, pod: object = {}) =>
  beside(ROLE, { containers: [{ ...IMAGE, ...container }], ...pod });

const SEES_IT =
  'agents, container builder: runs programs of others, and sees the Secret gild-api of a service';

it('lets a builder be that sees no Secret, after a container that does', () => {
  const join = { name: 'join', image: 'gild/control:1', ...MOUNTED };
  expect(withBuilder({}, { initContainers: [join], ...API_FILES })).toEqual([]);
});

it.each([
  ['as a variable', withBuilder(variable('gild-api'))],
  ['as all of its variables', withBuilder({ envFrom: [{ secretRef: { name: 'gild-api' } }] })],
  ['as a volume', withBuilder(MOUNTED, API_FILES)],
  ['within a projected volume', withBuilder(MOUNTED, PROJECTED)],
  [
    'with an image of another registry',
    withBuilder({ image: 'r.test/a/gild/builder:1', ...MOUNTED }, PROJECTED),
  ],
  ['with an image of another name', withBuilder({ image: 'ours:1', ...MOUNTED }, API_FILES)],
])("finds a builder that sees a service's Secret %s", (_, problems) => expect(problems).toContain(SEES_IT));

it('finds what runs beside a builder and sees a Secret of a service', () => {
  const beside = { name: 'builder', image: 'side:1', restartPolicy: 'Always', ...variable('gild-api') };
  expect(withBuilder({ name: 'other' }, { initContainers: [beside] })).toContain(SEES_IT);
});

it('finds a builder that begins as an init container and sees a Secret of a service', () => {
  const first = { name: 'builder', image: 'ours:1', args: ['apps/builder/dist/main.js'], ...MOUNTED };
  expect(withBuilder({ name: 'other' }, { initContainers: [first], ...PROJECTED })).toContain(SEES_IT);
});

it('finds a builder that mounts a Secret of its own', () =>
  expect(
    withBuilder(
      MOUNTED,
      volumesOf({ projected: { sources: [{ secret: { name: 'gild-builder-operations' } }] } }),
    ),
  ).toContain(
    'agents, container builder: runs programs of others, and mounts the Secret gild-builder-operations',
  ));

it('finds a builder that the network policies do not know as one', () =>
  expect(beside({}, { containers: [IMAGE] })).toEqual([
    'agents, container builder: runs the builder in a pod without the label gild/role: builder',
  ]));
