/** `counter`: only grows. `gauge`: as it is at the moment of the question. `histogram`: how often, by size. */
type Kind = 'counter' | 'gauge' | 'histogram';

/** One metric as it is served and documented. Labels have few values each: no ids, no names that people choose. */
export type MetricOfCatalogue = {
  kind: Kind;
  help: string;
  labels: readonly string[];
  /** Which processes serve it. */
  of: readonly ('scheduler' | 'registry' | 'builder' | 'gateway' | 'cache-manager')[];
  /** Upper bounds of a histogram, in the metric's unit. */
  buckets?: readonly number[];
};

/** Bounds for what takes from a moment to half an hour. */
export const STEP_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1800] as const;
