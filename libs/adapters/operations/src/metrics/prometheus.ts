import type { Counter, Gauge, Histogram } from 'prom-client';
import { METRICS, type MetricName } from './catalogue.js';
import type { Meter } from './meter.js';
import type { MetricOfCatalogue } from './metric.js';

/** A meter whose measurements can be read as Prometheus text. */
export type PrometheusMeter = {
  meter: Meter;
  page: () => Promise<{ contentType: string; text: string }>;
};

/** prom-client is loaded only here: a service that serves no metrics never loads it. */
export const prometheusMeter = async (service: string): Promise<PrometheusMeter> => {
  const { default: prometheus } = await import('prom-client');
  const registry = new prometheus.Registry();
  registry.setDefaultLabels({ service });
  prometheus.collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, metric] of Object.entries<MetricOfCatalogue>(METRICS)) {
    if (!metric.of.some((serving) => serving === service)) continue;
    const { help, labels, buckets = [] } = metric;
    const shape = { name, help, labelNames: [...labels], registers: [registry] };
    if (metric.kind === 'counter') counters.set(name, new prometheus.Counter(shape));
    else if (metric.kind === 'gauge') gauges.set(name, new prometheus.Gauge(shape));
    else histograms.set(name, new prometheus.Histogram({ ...shape, buckets: [...buckets] }));
  }
  return {
    meter: {
      count: (name, labels, by = 1) => counters.get(name)?.inc({ ...labels }, by),
      observe: (name, labels, value) => histograms.get(name)?.observe({ ...labels }, value),
      show: (name: MetricName, values: readonly { labels: object; value: number }[]) => {
        const gauge = gauges.get(name);
        gauge?.reset();
        for (const { labels, value } of values) gauge?.set({ ...labels }, value);
      },
    },
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
};
