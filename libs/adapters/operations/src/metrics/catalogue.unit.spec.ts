import { METRICS } from './catalogue.js';
import type { MetricOfCatalogue } from './metric.js';

const metrics = Object.entries<MetricOfCatalogue>(METRICS);

it.each(metrics)('%s is named as Prometheus names metrics, and says what it means', (name, metric) => {
  expect(name).toMatch(/^gild(_[a-z]+)+$/);
  expect(name.endsWith('_total')).toBe(metric.kind === 'counter');
  if (metric.kind === 'histogram') expect(name).toMatch(/_(seconds|bytes)$/);
  expect(metric.help).toMatch(/\.$/);
  expect(metric.of.length).toBeGreaterThan(0);
});

it('has no label whose values grow with the work', () => {
  const labels = new Set(metrics.flatMap(([, metric]) => metric.labels));
  expect([...labels].sort()).toStrictEqual([
    ...['arch', 'cache', 'class', 'code', 'direction', 'method', 'operation', 'outcome', 'reason', 'result'],
    ...['route', 'state', 'status', 'step', 'subject', 'view'],
  ]);
});
