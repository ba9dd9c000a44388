import { systemClock } from '@gild/node-runtime';
import {
  NO_METER,
  NO_TRACING,
  otlpTracing,
  prometheusMeter,
  type PrometheusMeter,
  Readiness,
  type Tracing,
} from '@gild/operations';
import type { Logger } from 'pino';
import { withSecretFiles } from '../secret-files.js';
import { configOrExit, orExit } from '../service-config.js';
import { OperationsConfig } from './operations-config.js';
import { listenForOperations, type OperationsPages } from './operations-listener.js';
import { type Watched, type WatchedPorts, watchedPorts } from './watched-ports.js';

/** How a service is watched: its health, its metrics, its traces, its log, and the ports as they are watched. */
export type Operations = Watched &
  WatchedPorts & {
    /** What is served; a service with an HTTP API of its own serves it there as well. */
    pages: OperationsPages;
    /** Asked before every answer of `/metrics`, for what is as it is at that moment. */
    collect: (read: () => Promise<void>) => void;
    /** Tells what is left of the traces and ends the listener: the last thing a service does. */
    close: () => Promise<void>;
  };

export type OperationsOptions = {
  service: 'registry' | 'scheduler' | 'builder' | 'gateway' | 'cache-manager';
  logger: Logger;
  env: NodeJS.ProcessEnv;
  /** Whether metrics are served even without a listener of their own. */
  alwaysMeasured?: boolean;
};

/** Opens the listener of GILD_OPS_LISTEN, if it is set: at once, so that a service that cannot start yet says so. */
export const openOperations = async (options: OperationsOptions): Promise<Operations> => {
  const { logger } = options;
  const config = configOrExit(OperationsConfig, withSecretFiles(options.env, ['GILD_OPS_TOKEN']));
  const readiness = new Readiness({ clock: systemClock, onChange: reachLog(logger) });
  const { GILD_OPS_LISTEN: at, GILD_OPS_TOKEN: token } = config;
  const prometheus = await prometheusOf(config, options);
  const tracing = config.GILD_TRACES === 'otlp' ? await tracingOf(options) : NO_TRACING;
  const collectors: (() => Promise<void>)[] = [];
  const pages = pagesOf(readiness, prometheus, collectors);
  const listener = at === undefined ? undefined : await orExit(listenForOperations(at, pages, token));
  if (listener !== undefined) logger.info(listener.address, 'health and metrics are served');
  const watched = { readiness, meter: prometheus?.meter ?? NO_METER, tracing, logger };
  return {
    ...{ ...watched, pages },
    collect: (read) => void collectors.push(read),
    ...watchedPorts(watched),
    close: async () => {
      await tracing.close();
      await listener?.close();
    },
  };
};

const prometheusOf = async (
  { GILD_OPS_LISTEN: at }: OperationsConfig,
  { service, alwaysMeasured = false }: OperationsOptions,
): Promise<PrometheusMeter | undefined> =>
  alwaysMeasured || at !== undefined ? prometheusMeter(service) : undefined;

const tracingOf = ({ service, env, logger }: OperationsOptions): Promise<Tracing> =>
  otlpTracing({
    ...{ service, env },
    report: (err) => logger.warn({ err }, 'traces cannot be told; the work goes on without'),
  });

const reachLog =
  (logger: Logger) =>
  (name: string, why: unknown): void => {
    if (why === undefined) logger.info({ needs: name }, 'is within reach again');
    else logger.warn({ needs: name, err: why }, 'is out of reach');
  };

const pagesOf = (
  readiness: Readiness,
  prometheus: PrometheusMeter | undefined,
  collectors: readonly (() => Promise<void>)[],
): OperationsPages => ({
  ready: () => readiness.report(),
  metrics: async () => {
    await Promise.all(collectors.map((read) => read()));
    return prometheus?.page() ?? { contentType: 'text/plain', text: '' };
  },
});
