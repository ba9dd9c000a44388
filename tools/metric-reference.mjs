// The reference page of the metrics: every metric of the catalogue, by the process that serves it.
const code = (text) => `\`${text}\``;

const row = ([name, { kind, labels, help }]) =>
  `| ${code(name)} | ${kind} | ${labels.map(code).join(', ') || '–'} | ${help} |`;

const section = (service, metrics) => [
  `## ${service}`,
  '',
  '| metric | kind | labels | meaning |',
  '|---|---|---|---|',
  ...metrics.map(row),
  '',
];

const SERVICES = ['scheduler', 'registry', 'builder', 'gateway', 'cache-manager'];

export const metricReference = (catalogue) =>
  [
    '# Metrics',
    '',
    'Generated from `libs/adapters/operations/src/metrics/catalogue.ts` by `tools/generate-reference.mjs`; do not edit.',
    '',
    'Served as Prometheus text at `/metrics` of `GILD_OPS_LISTEN`, and by a gateway at `/metrics` of its API as well. Every metric',
    'also has the label `service`, and every process serves the usual `process_…` and `nodejs_…` metrics. A counter begins at 0 when its',
    'process starts. No label holds a job, an image or an agent: the number of series does not grow with the work.',
    '',
    ...SERVICES.flatMap((service) =>
      section(
        service,
        Object.entries(catalogue).filter(([, { of }]) => of.includes(service)),
      ),
    ),
  ].join('\n');
