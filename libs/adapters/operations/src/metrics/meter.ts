import type { METRICS, MetricName } from './catalogue.js';

type OfKind<K> = { [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never }[MetricName];
type LabelsOf<N extends MetricName> = Readonly<Record<(typeof METRICS)[N]['labels'][number], string>>;

/** One value of a gauge. */
export type GaugeValue<N extends MetricName> = { labels: LabelsOf<N>; value: number };

/** Takes measurements of the metrics of the catalogue. Never throws, never waits. */
export type Meter = {
  count: <N extends OfKind<'counter'>>(name: N, labels: LabelsOf<N>, by?: number) => void;
  observe: <N extends OfKind<'histogram'>>(name: N, labels: LabelsOf<N>, value: number) => void;
  /** Takes the place of everything the gauge showed before. */
  show: <N extends OfKind<'gauge'>>(name: N, values: readonly GaugeValue<N>[]) => void;
};

/** For a service that is not asked for metrics. */
export const NO_METER: Meter = {
  count: () => undefined,
  observe: () => undefined,
  show: () => undefined,
};
